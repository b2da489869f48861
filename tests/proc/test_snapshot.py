"""A snapshot has all of it, and its JSON says the same when it is read back."""

import json
import os

import pytest

from epollref.proc.process import Process
from epollref.proc.snapshot import (
    FORMAT,
    Snapshot,
    from_json,
    take_snapshot,
    to_json,
)
from tests.proc.children import child

PROGRAM = r"""
import os, select, signal, socket
ep, empty = select.epoll(), select.epoll()
a, b = socket.socketpair()
event, pidfd = os.eventfd(5), os.pidfd_open(os.getpid())
ep.register(a, select.EPOLLIN | select.EPOLLET)
ep.register(event, select.EPOLLIN)
listener = socket.create_server(("127.0.0.1", 0))
print(ep.fileno(), empty.fileno(), a.fileno(), event, pidfd,
      listener.fileno(), end="")
"""


@pytest.fixture(scope="module")
def taken() -> tuple[Snapshot, list[int]]:
    """A process with something of everything, and its numbers."""
    with child(PROGRAM) as (pid, words), Process(pid) as process:
        return take_snapshot(process), [int(word) for word in words]


def test_a_snapshot_has_what_was_made(
    taken: tuple[Snapshot, list[int]],
) -> None:
    snapshot, (ep, empty, a, event, pidfd, listener) = taken
    lists = snapshot.interest_lists
    assert {each.fd for each in lists[ep]} == {a, event}
    assert lists[empty] == ()
    kinds = {each.fd: each.kind for each in snapshot.descriptors}
    assert kinds[listener] == "socket"
    assert snapshot.infos.keys() == {event, pidfd}
    states = [each.state for each in snapshot.sockets]
    assert sorted(states) == ["ESTABLISHED", "ESTABLISHED", "LISTEN"]
    assert len(snapshot.threads) == 1


def test_json_is_read_back_as_it_was(
    taken: tuple[Snapshot, list[int]],
) -> None:
    snapshot, _ = taken
    assert from_json(to_json(snapshot)) == snapshot


def test_the_json_is_as_the_page_says(
    taken: tuple[Snapshot, list[int]],
) -> None:
    """A reader in another language relies on these names."""
    snapshot, (ep, _, _, event, _, _) = taken
    raw = json.loads(to_json(snapshot))
    assert [*raw] == [
        "format",
        "version",
        "taken",
        "pid",
        "start",
        "command",
        "epolls",
        "threads",
        "descriptors",
        "registrations",
        "sockets",
    ]
    assert (raw["format"], raw["version"]) == (FORMAT, 1)
    row = next(each for each in raw["registrations"] if each["fd"] == event)
    names = ["epoll", "fd", "events", "data", "position", "inode", "device"]
    assert [*row] == names
    assert row["epoll"] == ep
    row = next(each for each in raw["descriptors"] if each["fd"] == event)
    names = ["fd", "link", "kind", "inode", "flags", "position", "info"]
    assert [*row] == names
    assert row["info"]["count"] == 5


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no snapshot"),
        ("[]", "no snapshot"),
        ("{}", "no snapshot"),
        ('{"format": "else"}', "'else'"),
        (f'{{"format": "{FORMAT}", "version": 2}}', "version is 2"),
        (f'{{"format": "{FORMAT}", "version": 1}}', "'epolls'"),
    ],
)
def test_what_is_no_snapshot_is_refused(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        from_json(text)


def test_our_own_process_is_read_without_an_error(
    no_descriptor_left: None,
) -> None:
    with Process() as process:
        snapshot = take_snapshot(process)
    assert snapshot.pid == os.getpid()
    assert from_json(to_json(snapshot)) == snapshot
