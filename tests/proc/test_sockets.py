"""Sockets: both places where the kernel lists them say the same, as ss does."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest

from epollref.proc import sockets as choosing
from epollref.proc.process import Process
from epollref.proc.sock_diag import from_kernel
from epollref.proc.socket_tables import from_tables
from epollref.proc.socket_values import SocketInfo
from epollref.proc.sockets import protocol_of, sockets
from tests.proc.children import child
from tests.proof.programs.waiting import until
from tests.proof.required import cannot_run

LOCALHOST = "127.0.0.1"


def inode(one: socket.socket) -> int:
    """Return the number by which the kernel lists a socket."""
    return os.fstat(one.fileno()).st_ino


def listed(one: socket.socket) -> SocketInfo:
    """Return a socket of ours as it is listed."""
    with Process() as process:
        (found,) = sockets(process, {inode(one)})
    return found


def address(one: socket.socket, *, peer: bool = False) -> str:
    """Return an address of a socket, written as ss writes it."""
    host, port, *_ = one.getpeername() if peer else one.getsockname()
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


@pytest.fixture
def crowd(no_descriptor_left: None) -> Iterator[dict[str, socket.socket]]:
    """Sockets of many kinds and in many states."""
    with ExitStack() as stack:
        made: dict[str, socket.socket] = {}

        def keep(name: str, one: socket.socket) -> socket.socket:
            made[name] = stack.enter_context(one)
            return one

        listener = keep("listener", socket.create_server((LOCALHOST, 0)))
        client = keep(
            "client", socket.create_connection(listener.getsockname())
        )
        served = keep("served", listener.accept()[0])
        for name in ("waits 1", "waits 2"):
            keep(name, socket.create_connection(listener.getsockname()))
        client.send(b"unread")
        left = keep("left", socket.create_connection(listener.getsockname()))
        left.shutdown(socket.SHUT_WR)
        unix = keep("unix listener", socket.socket(socket.AF_UNIX))
        unix.bind(f"\0epollref {os.getpid()}")
        unix.listen(7)
        keep("unix client", socket.socket(socket.AF_UNIX)).connect(
            unix.getsockname()
        )
        for name, one in zip("ab", socket.socketpair(), strict=True):
            keep(name, one)
        made["a"].send(b"abc")
        udp = keep("udp", socket.socket(type=socket.SOCK_DGRAM))
        udp.bind((LOCALHOST, 0))
        udp.connect(udp.getsockname())
        udp.send(b"to myself")
        assert served
        yield made


def test_queues_and_states_are_those_of_the_sockets(
    crowd: dict[str, socket.socket],
) -> None:
    """Bytes for connections, connections for listeners."""
    served, listener = listed(crowd["served"]), listed(crowd["listener"])
    assert served.state == "ESTABLISHED"
    assert served.local == address(crowd["served"])
    assert served.peer == address(crowd["client"])
    assert (served.receive_queue, served.accept_queue) == (6, None)
    assert listener.state == "LISTEN"
    assert (listener.accept_queue, listener.receive_queue) == (3, 0)
    until(
        lambda: listed(crowd["left"]).state == "FIN_WAIT2", "its FIN is acked"
    )
    assert listed(crowd["udp"]).state == "ESTABLISHED"
    assert (listed(crowd["udp"]).receive_queue or 0) >= len(b"to myself")


def test_a_unix_socket_tells_its_peer_and_its_queue(
    crowd: dict[str, socket.socket],
) -> None:
    """sock_diag(7) has them; the table in /proc has not."""
    a, b = listed(crowd["a"]), listed(crowd["b"])
    assert (a.peer_inode, b.peer_inode) == (b.inode, a.inode)
    assert (a.receive_queue, b.receive_queue) == (0, 3)
    assert (a.send_queue or 0) > 0
    listener = listed(crowd["unix listener"])
    assert listener.local == f"@epollref {os.getpid()}"
    assert (listener.state, listener.accept_queue) == ("LISTEN", 1)
    assert listener.backlog == 7


def test_the_tables_say_what_the_kernel_says(
    crowd: dict[str, socket.socket],
) -> None:
    """Where both know something, it is the same; then ours and all others."""
    wanted = {inode(one) for one in crowd.values()}
    until(
        lambda: listed(crowd["left"]).state == "FIN_WAIT2", "its FIN is acked"
    )
    with Process() as process:
        tables = {each.inode: each for each in from_tables(process, wanted)}
        every = {each.inode for each in from_tables(process, None)}
    kernel = {each.inode: each for each in from_kernel(wanted)}
    assert tables.keys() == kernel.keys() == wanted
    assert wanted < every
    for number, known in kernel.items():
        unknown: dict[str, Any] = {"backlog": None}
        if known.protocol.startswith("unix"):
            unknown |= dict.fromkeys(
                ("peer_inode", "receive_queue", "send_queue", "accept_queue")
            )
        assert tables[number] == replace(known, **unknown)


def test_ss_shows_the_same(crowd: dict[str, socket.socket]) -> None:
    """State, both queues and both addresses of each connection."""
    if shutil.which("ss") is None:
        cannot_run("ss is not installed")
    until(
        lambda: listed(crowd["left"]).state == "FIN_WAIT2", "its FIN is acked"
    )
    port = crowd["listener"].getsockname()[1]
    filters = f"( sport = {port} or dport = {port} )"
    lines = subprocess.run(
        ["ss", "-tanH", filters], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    theirs = {
        (each[0], int(each[1]), int(each[2]), each[3], each[4].split(":")[0])
        for each in (line.split() for line in lines)
    }
    ours = set()
    with Process() as process:
        for each in sockets(process):
            if each.local.endswith(f":{port}") or each.peer.endswith(
                f":{port}"
            ):
                word = each.state.replace("ESTABLISHED", "ESTAB")
                word = word.replace("_", "-").replace("WAIT2", "WAIT-2")
                ours.add(
                    (
                        word,
                        each.receive_queue
                        if each.accept_queue is None
                        else each.accept_queue,
                        each.send_queue
                        if each.backlog is None
                        else each.backlog,
                        each.local,
                        each.peer.split(":")[0],
                    )
                )
    assert len(ours) > 6
    assert theirs == ours


def test_an_address_of_ipv6_is_in_brackets() -> None:
    """Of the kernel and of the tables alike."""
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as listener:
        wanted = {inode(listener)}
        with Process() as process:
            (table,) = from_tables(process, wanted)
        (kernel,) = from_kernel(wanted)
        assert table.local == kernel.local == address(listener)
        assert table.protocol == kernel.protocol == "tcp6"


def test_nothing_is_read_where_nothing_is_wanted() -> None:
    with Process() as process:
        assert list(sockets(process, set())) == []


def test_a_socket_that_is_in_no_list_has_a_protocol() -> None:
    """It was never bound, and is TCP all the same."""
    with socket.socket() as fresh, Process() as process:
        assert list(sockets(process, {inode(fresh)})) == []
        assert protocol_of(process, fresh.fileno()) == "TCP"
        assert protocol_of(process, process.fileno()) == ""
        assert protocol_of(process, 987_654) == ""
    a, b = socket.socketpair()
    with a, b, Process() as process:
        assert protocol_of(process, a.fileno()) == "UNIX-STREAM"


def test_a_kernel_that_cannot_answer_leaves_it_to_the_tables(
    crowd: dict[str, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its modules may be missing, a sandbox may forbid netlink."""

    def refuse(_: object) -> Iterator[SocketInfo]:
        raise FileNotFoundError

    monkeypatch.setattr(choosing, "from_kernel", refuse)
    assert listed(crowd["served"]).receive_queue == 6
    assert listed(crowd["a"]).receive_queue is None


def test_a_process_in_another_network_has_its_own_sockets() -> None:
    """A port of ours is not its; its listener is read from its tables."""
    unshare = ("unshare", "--net", *["--map-root-user"] * (os.geteuid() != 0))
    if subprocess.run([*unshare, "true"], check=False).returncode:
        cannot_run("unshare --net is not permitted here")
    code = """
import os, socket
listener = socket.socket()
listener.bind(("0.0.0.0", 7007))
listener.listen()
print(os.fstat(listener.fileno()).st_ino, end="")
"""
    with (
        socket.create_server((LOCALHOST, 0)) as ours,
        child(code, *unshare) as (pid, (number,)),
        Process(pid) as process,
    ):
        found = list(sockets(process))
        assert [each.local for each in found] == ["0.0.0.0:7007"]
        assert found[0].inode == int(number)
        assert (found[0].state, found[0].accept_queue) == ("LISTEN", 0)
        assert list(sockets(process, {inode(ours)})) == []
