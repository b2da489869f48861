"""What a log does not show, and how its reader says so."""

import pytest

from epollref.trace.log import Coverage, Log, Unseen


def coverage(*lines: str) -> Coverage:
    """Return how much of a log was understood; no line may be left over."""
    log = Log(lines)
    list(log)
    assert not log.coverage.samples
    return log.coverage


def add(fd: int, data: int, result: str = "0", epfd: int = 3) -> str:
    """Return the line of an ADD."""
    event = f"{{events=EPOLLIN, data={data:#x}}}"
    return f"epoll_ctl({epfd}, EPOLL_CTL_ADD, {fd}, {event}) = {result}"


def event(data: int, epfd: int = 3) -> str:
    """Return the line of a wait that reports one event."""
    return (
        f"epoll_wait({epfd}, [{{events=EPOLLIN, data={data:#x}}}], 8, -1) = 1"
    )


EEXIST = "-1 EEXIST (File exists)"
ENOENT = "-1 ENOENT (No such file or directory)"
DEL = "epoll_ctl(3, EPOLL_CTL_DEL, 5, NULL) = 0"


def test_an_event_of_a_watch_that_was_added_is_no_wonder() -> None:
    """Does the data word of an ADD or MOD count?"""
    seen = coverage(
        "epoll_create1(0) = 3",
        add(5, 0x1000),
        event(0x1000),
        add(5, 0x2000).replace("ADD", "MOD"),
        event(0x2000),
        DEL,
    )
    assert seen.unseen_registrations == []


def test_an_event_before_its_add_has_returned_is_no_wonder() -> None:
    """Does an ADD count at its entry?  Go reports such events."""
    seen = coverage(
        "7 epoll_ctl(3, EPOLL_CTL_ADD, 5, {events=EPOLLIN, data=0x9}"
        " <unfinished ...>",
        f"8 {event(9)}",
        "7 <... epoll_ctl resumed>) = 0",
    )
    assert seen.unseen_registrations == []


@pytest.mark.parametrize(
    ("lines", "unseen"),
    [
        ([event(0x77)] * 3, Unseen(1, 3, None, 0x77)),
        ([add(5, 9).replace("ADD", "MOD"), event(9)], Unseen(1, 3, 5, 9)),
        ([event(9), add(5, 9).replace("ADD", "MOD")], Unseen(1, 3, None, 9)),
        ([DEL], Unseen(1, 3, 5, None)),
        ([add(5, 9, EEXIST), event(9)], Unseen(1, 3, 5, 9)),
        ([add(5, 9), DEL, event(9)], Unseen(3, 3, None, 9)),
        ([add(5, 9, epfd=4), event(9)], Unseen(2, 3, None, 9)),
        (
            [add(5, 9), "epoll_create1(0) = 3", event(9)],
            Unseen(3, 3, None, 9),
        ),
    ],
)
def test_a_watch_that_nobody_added_is_told(
    lines: list[str], unseen: Unseen
) -> None:
    """Is each such watch told once, with its first line?"""
    assert coverage(*lines).unseen_registrations == [unseen]


@pytest.mark.parametrize(
    "lines",
    [
        [add(5, 9, ENOENT).replace("ADD", "MOD"), add(5, 9), event(9)],
        [add(5, 9), add(5, 9, EEXIST)],
        [add(5, 9), DEL, DEL.replace(" 0", f" {ENOENT}")],
    ],
)
def test_calls_that_failed_for_good_reason_tell_of_no_watch(
    lines: list[str],
) -> None:
    """Are the probes of trio, mosquitto and libuv understood?"""
    assert coverage(*lines).unseen_registrations == []


@pytest.mark.parametrize(
    "line",
    [
        "io_uring_setup(8, {flags=0}) = 4",
        "syscall_0x1a9(0x8, 0x7ffd, 0, 0, 0, 0) = 4",
        "syscall_0x1aa(0x4, 0x1, 0, 0, 0, 0) = 1",
        "syscall_426(0x4, 0x1, 0, 0, 0, 0) = 1",
    ],
)
def test_a_ring_is_told(line: str) -> None:
    """Does a reader hear that watches may be added unseen?"""
    seen = coverage(line)
    assert seen.io_uring
    assert "io_uring" in seen.hints[0]


def test_a_log_without_a_ring_has_none() -> None:
    """Is another unknown call no ring?"""
    seen = coverage("syscall_0x1b5(0, 0x7ffd) = -1 ENOSYS (x)", "close(3) = 0")
    assert not seen.io_uring
    assert not seen.hints


def test_arrays_that_are_cut_are_counted() -> None:
    """Does a reader hear that events are missing?"""
    cut = "epoll_wait(3, [{events=EPOLLIN, data=0x4}, ...], 64, 0) = 40"
    seen = coverage(cut, "epoll_wait(3, [...], 64, -1) = 1", cut, event(4))
    assert seen.arrays_cut == 3


def test_calls_that_an_audit_needs_are_missed() -> None:
    """Is it said which calls no line shows?"""
    seen = coverage("epoll_wait(3, [], 8, 5) = 0", 'recv(4, "", 9, 0) = 0')
    assert seen.missing_calls == ("epoll_ctl", "write", "accept", "close")


def test_threads_are_counted() -> None:
    """How many wrote lines?"""
    assert coverage("7 close(3) = 0", "8 close(4) = 0").processes == 2
    assert coverage("close(3) = 0", "close(4) = 0").processes == 1


@pytest.mark.parametrize(
    ("command", "only"),
    [
        ("$ strace -f -z -p 7", "successes"),
        ("strace -fz -o /tmp/z ./z", "successes"),
        ("# strace --failed-only ./app", "failures"),
        ("strace -o z -f ./app -Z", ""),
        ("strace ./app -z", ""),
    ],
)
def test_the_command_tells_what_was_left_out(command: str, only: str) -> None:
    """Is ``-z`` seen, and not in the arguments of the program?"""
    log = Log([command, "close(3) = 0"])
    list(log)
    assert log.coverage.only == only
    assert bool(log.coverage.hints) == bool(only)


def test_a_log_without_failures_is_suspicious() -> None:
    """Is ``-z`` suspected where no call failed, and not stated?"""
    seen = coverage(*["close(3) = 0"] * 100)
    assert seen.only == ""
    assert any("-z" in hint for hint in seen.hints)
    seen = coverage(*["close(3) = 0"] * 100, "close(3) = -1 EBADF (x)")
    assert not seen.hints


def test_a_log_of_failures_is_half_a_log() -> None:
    """Is ``-Z`` told from a log in which some calls failed?"""
    failed = "close(3) = -1 EBADF (Bad file descriptor)"
    assert coverage(*[failed] * 10).only == "failures"
    assert coverage(*[failed] * 10, "close(3) = 0").only == ""


def test_children_that_are_not_in_the_log_are_told() -> None:
    """Does a reader hear of a record without ``-f``?"""
    fork = "clone(child_stack=NULL, flags=SIGCHLD) = 9"
    assert any("-f" in hint for hint in coverage(fork).hints)
    assert not coverage(f"8 {fork}", "9 close(3) = 0").hints


def test_two_logs_in_one_are_told() -> None:
    """Is a step back in time told, and midnight not?"""
    seen = coverage("12:08:32 close(3) = 0", "11:57:13 close(3) = 0")
    assert "line 2" in seen.hints[0]
    assert not coverage("23:59:59 close(3) = 0", "00:00:01 close(3) = 0").hints
