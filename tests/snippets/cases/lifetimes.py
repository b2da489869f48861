"""Programs that outlive, mix up or forget what they have registered.

The connection server takes at most LIMIT connections; a newcomer displaces
the most silent one. So one batch can hold first two newcomers, then an event
of the connection that the first has displaced: a stale event. Its number is
the second one's by then.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.proof.programs import arriving
from tests.proof.programs.harness import Client, Finished, Program, run, running
from tests.proof.programs.scenarios import gone
from tests.snippets.cases.case import Case

LIMIT = 4
REPORTS = {
    "AddressSanitizer: heap-use-after-free": "dispatch",
    "LeakSanitizer: detected memory leaks": "allocate",
}
"""What sanitizers say, and the function that they have to say it of."""


# data-word/connection


@contextmanager
def full_house(program: Program) -> Iterator[list[Client]]:
    """As many clients as it takes, the most silent one first."""
    with ExitStack() as stack:
        clients = []
        for _ in range(LIMIT):
            client = stack.enter_context(program.connect())
            assert client.exchange(b"hello") == b"hello"
            clients.append(client)
        program.wait_until_settled(*clients)
        yield clients


@contextmanager
def newcomer_before_a_stale_hang_up(program: Program) -> Iterator[Client]:
    """One batch: two newcomers, then the hang-up of one they displace.

    Yields:
        The newcomer that has the descriptor of the displaced one.
    """
    with full_house(program) as clients:
        with program.frozen():
            first = arriving.connect(program)
            second = arriving.connect(program)
            arriving.reset(program, clients[0])
        with first, second:
            yield second


def displace_some(program: Program) -> None:
    """Work that runs every section and makes no event stale."""
    with (
        gone(program),
        full_house(program) as clients,
        program.connect() as newcomer,
    ):
        assert newcomer.exchange(b"hello") == b"hello"
        assert clients[0].receive_all() == b""


def newcomers_answer(newcomer: Client) -> bytes:
    """The newcomer's second answer; nothing if it is thrown out.

    What it says first may be there before the stale event is handled.
    """
    try:
        newcomer.send(b"hello")
        newcomer.receive(5)
        newcomer.send(b"again")
        return newcomer.receive(5)
    except (BrokenPipeError, ConnectionResetError):
        return b""


def stale_hang_up(source: Path, how: str) -> bytes:
    """Displace one that hangs up in the same batch; the newcomer's answer."""
    with running(source, "0", how=how) as program:
        program.wait_for_ready()
        with newcomer_before_a_stale_hang_up(program) as newcomer:
            answer = newcomers_answer(newcomer)
        program.stop()
        return answer


def stale_pointer(source: Path, how: str) -> str:
    """The same batch: what AddressSanitizer says of it."""
    with running(source, "0", how=how) as program:
        program.wait_for_ready()
        with newcomer_before_a_stale_hang_up(program) as newcomer:
            newcomers_answer(newcomer)
        return reported(program.finish())


def memory_of_the_displaced(source: Path, how: str) -> str:
    """Displace ten, and end: what LeakSanitizer says of them."""
    with running(source, "0", how=how) as program:
        program.wait_for_ready()
        program.wait_until_settled()
        for _ in range(10):
            displace_some(program)
        return reported(program.finish())


def reported(finished: Finished) -> str:
    """What a sanitizer has found; nothing if the program ended well."""
    if not finished.stderr and finished.status == 0:
        return ""
    for report, function in REPORTS.items():
        if report in finished.stderr and f" in {function} " in finished.stderr:
            assert finished.status != 0
            return report
    raise AssertionError(finished)


# close-dup-fork/


def printed(source: Path, how: str) -> str:
    """Run a program to its end; what it has shown."""
    return run(source, how=how).stdout


UNREGISTERED = """\
register 4, dup it to 6     interest list: 4
DEL 4: done                 interest list: empty
close 4                     interest list: empty
the peer writes
  a wait returns: nothing
  a wait returns: nothing
the peer reads: end of file
close 6                     interest list: empty
"""
CLOSED_ONLY = """\
register 4, dup it to 6     interest list: 4
close 4                     interest list: 4
the peer writes
  a wait returns: EPOLLIN for 4
  a wait returns: EPOLLIN for 4
the peer reads: nothing yet
DEL 4: Bad file descriptor  interest list: 4
close 6                     interest list: empty
"""
CLOSED_BY_EXEC = """\
before exec, epoll instances: 1
after exec, epoll instances: 0
"""
KEPT_BY_EXEC = CLOSED_BY_EXEC.replace("0", "1")

FREED, LEAKED = REPORTS
CASES: dict[str, Case[object]] = {
    "data-word/connection_broken_fd_key": Case(
        "EP012", stale_hang_up, sound=b"again", broken=b""
    ),
    "data-word/connection_broken_free_in_batch": Case(
        "asan heap-use-after-free",
        stale_pointer,
        sound="",
        broken=FREED,
        hows=("san",),
    ),
    "data-word/connection_broken_never_freed": Case(
        "lsan leak",
        memory_of_the_displaced,
        sound="",
        broken=LEAKED,
        hows=("san",),
    ),
    "close-dup-fork/phantom_broken_close_only": Case(
        "EP011",
        printed,
        sound=UNREGISTERED,
        broken=CLOSED_ONLY,
        hows=("plain", "san"),
    ),
    "close-dup-fork/exec_broken_no_cloexec": Case(
        "EP014",
        printed,
        sound=CLOSED_BY_EXEC,
        broken=KEPT_BY_EXEC,
        hows=("plain", "san"),
    ),
}
