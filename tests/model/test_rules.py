"""What epoll does, each rule on the model and on the kernel."""

import dataclasses
import errno
import itertools

import pytest

from epollref.kernel import Ready
from epollref.masks import (
    EPOLL_CTL_ADD,
    EPOLL_CTL_DEL,
    EPOLL_CTL_MOD,
    EPOLLERR,
    EPOLLET,
    EPOLLEXCLUSIVE,
    EPOLLHUP,
    EPOLLIN,
    EPOLLONESHOT,
    EPOLLOUT,
    EPOLLPRI,
    EPOLLRDHUP,
    EPOLLRDNORM,
)
from epollref.model import DeadlockError, ModelKernel, measure
from epollref.model.conformance.script import ScriptKernel

ADD, MOD, DEL = EPOLL_CTL_ADD, EPOLL_CTL_MOD, EPOLL_CTL_DEL
ONE = (1).to_bytes(8, "little")
SHUT_RD, SHUT_WR, SHUT_RDWR = 0, 1, 2


def data_of(records: list[Ready]) -> list[int]:
    return [record.data for record in records]


def fails(number: int) -> "pytest.RaisesExc[OSError]":
    return pytest.RaisesExc(OSError, check=lambda e: e.errno == number)


def watched_pair(
    kernel: ScriptKernel, epfd: int, events: int
) -> tuple[int, int]:
    ours, theirs = kernel.socketpair()
    kernel.epoll_ctl(epfd, ADD, ours, events, 7)
    return ours, theirs


# watches


def test_a_watch_outlives_its_descriptor_through_a_dup(
    kernel: ScriptKernel, epfd: int
) -> None:
    """Its key is the open file description, and the number."""
    counter = kernel.eventfd(1, 0)
    kernel.epoll_ctl(epfd, ADD, counter, EPOLLIN, 7)
    kernel.dup(counter)
    kernel.close(counter)
    assert kernel.epoll_wait(epfd, 8, 0) == [(EPOLLIN, 7)]
    with fails(errno.EBADF):
        kernel.epoll_ctl(epfd, DEL, counter)
    assert kernel.eventfd(1, 0) == counter
    kernel.epoll_ctl(epfd, ADD, counter, EPOLLIN, 8)
    assert data_of(kernel.epoll_wait(epfd, 8, 0)) == [7, 8]
    assert [tfd for tfd, _, _ in kernel.fdinfo(epfd)] == [counter, counter]


def test_the_last_close_ends_a_watch(kernel: ScriptKernel, epfd: int) -> None:
    counter = kernel.eventfd(1, 0)
    kernel.epoll_ctl(epfd, ADD, counter, EPOLLIN, 7)
    kernel.close(counter)
    assert kernel.fdinfo(epfd) == []
    assert kernel.epoll_wait(epfd, 8, 0) == []


def test_a_candidate_that_is_not_ready_is_dropped(
    kernel: ScriptKernel, epfd: int
) -> None:
    """Readiness is asked for at the wait, and stored nowhere."""
    ours, theirs = watched_pair(kernel, epfd, EPOLLIN | EPOLLET)
    kernel.write(theirs, b"x")
    kernel.read(ours, 1)
    assert kernel.epoll_wait(epfd, 8, 0) == []


def test_the_data_word_has_64_bits(kernel: ScriptKernel, epfd: int) -> None:
    counter = kernel.eventfd(1, 0)
    word = 0x1234_5678_9ABC_DEF0
    kernel.epoll_ctl(epfd, ADD, counter, EPOLLIN, word)
    assert kernel.epoll_wait(epfd, 8, 0) == [(EPOLLIN, word)]


# modes


def test_a_level_is_reported_while_it_lasts(
    kernel: ScriptKernel, epfd: int
) -> None:
    ours, theirs = watched_pair(kernel, epfd, EPOLLIN)
    kernel.write(theirs, b"xy")
    assert data_of(kernel.epoll_wait(epfd, 8, 0)) == [7]
    kernel.read(ours, 1)
    assert data_of(kernel.epoll_wait(epfd, 8, 0)) == [7]
    kernel.read(ours, 1)
    assert kernel.epoll_wait(epfd, 8, 0) == []


def test_an_edge_is_reported_once_for_each_arrival(
    kernel: ScriptKernel, epfd: int
) -> None:
    """Drained or not: what arrives is an edge."""
    _, theirs = watched_pair(kernel, epfd, EPOLLIN | EPOLLET)
    for _ in range(2):
        kernel.write(theirs, b"x")
        assert data_of(kernel.epoll_wait(epfd, 8, 0)) == [7]
        assert kernel.epoll_wait(epfd, 8, 0) == []


def test_an_arrival_disturbs_only_who_waits_for_input(
    kernel: ScriptKernel, epfd: int
) -> None:
    """A wakeup has a key; PRI is in the key of data on a socket."""
    ours, theirs = watched_pair(kernel, epfd, EPOLLOUT | EPOLLET)
    assert kernel.epoll_wait(epfd, 8, 0) == [(EPOLLOUT, 7)]
    kernel.write(theirs, b"x")
    assert kernel.epoll_wait(epfd, 8, 0) == []
    kernel.epoll_ctl(epfd, MOD, ours, EPOLLPRI | EPOLLOUT | EPOLLET, 7)
    assert kernel.epoll_wait(epfd, 8, 0) == [(EPOLLOUT, 7)]
    kernel.write(theirs, b"x")
    assert kernel.epoll_wait(epfd, 8, 0) == [(EPOLLOUT, 7)]


def test_a_spent_one_shot_is_silent_until_mod(
    kernel: ScriptKernel, epfd: int
) -> None:
    """It hears nothing, not even of a hang-up; it is still listed."""
    ours, theirs = watched_pair(kernel, epfd, EPOLLIN | EPOLLONESHOT)
    kernel.write(theirs, b"x")
    assert data_of(kernel.epoll_wait(epfd, 8, 0)) == [7]
    assert kernel.fdinfo(epfd) == [(ours, EPOLLONESHOT, 7)]
    kernel.close(theirs)
    assert kernel.epoll_wait(epfd, 8, 0) == []
    kernel.epoll_ctl(epfd, MOD, ours, EPOLLONESHOT, 8)
    assert kernel.epoll_wait(epfd, 8, 0) == [(EPOLLHUP, 8)]


def test_mod_rearms_an_edge(kernel: ScriptKernel, epfd: int) -> None:
    ours, theirs = watched_pair(kernel, epfd, EPOLLIN | EPOLLET)
    kernel.write(theirs, b"x")
    kernel.epoll_wait(epfd, 8, 0)
    kernel.epoll_ctl(epfd, MOD, ours, EPOLLIN | EPOLLET, 9)
    assert data_of(kernel.epoll_wait(epfd, 8, 0)) == [9]


# order


def test_level_entries_rotate(kernel: ScriptKernel, epfd: int) -> None:
    """Reported ones go to the end; nobody is passed over."""
    for word in (1, 2, 3):
        kernel.epoll_ctl(epfd, ADD, kernel.eventfd(1, 0), EPOLLIN, word)
    seen = [data_of(kernel.epoll_wait(epfd, 2, 0)) for _ in range(3)]
    assert seen == [[1, 2], [3, 1], [2, 3]]


def test_the_ready_list_is_in_order_of_wakeups(
    kernel: ScriptKernel, epfd: int
) -> None:
    counters = [kernel.eventfd(0, 0) for _ in range(3)]
    for fd in counters:
        kernel.epoll_ctl(epfd, ADD, fd, EPOLLIN | EPOLLET, fd)
    for fd in reversed(counters):
        kernel.write(fd, ONE)
    assert data_of(kernel.epoll_wait(epfd, 8, 0)) == counters[::-1]


def test_of_two_watches_the_younger_hears_first(
    kernel: ScriptKernel, epfd: int
) -> None:
    """Exclusive ones come last: an implementation detail."""
    counter = kernel.eventfd(0, 0)
    for word, flags in ((1, EPOLLEXCLUSIVE), (2, 0), (3, 0)):
        fd = kernel.dup(counter)
        kernel.epoll_ctl(epfd, ADD, fd, EPOLLIN | flags, word)
    kernel.write(counter, ONE)
    assert data_of(kernel.epoll_wait(epfd, 8, 0)) == [3, 2, 1]


# nesting


def test_an_epoll_is_readable_while_something_is_ready(
    kernel: ScriptKernel, epfd: int
) -> None:
    outer = kernel.epoll_create1(0)
    kernel.epoll_ctl(outer, ADD, epfd, EPOLLIN | EPOLLOUT, 1)
    ours, theirs = watched_pair(kernel, epfd, EPOLLIN)
    assert kernel.epoll_wait(outer, 8, 0) == []
    kernel.write(theirs, b"x")
    assert kernel.epoll_wait(outer, 8, 0) == [(EPOLLIN, 1)]
    kernel.read(ours, 1)
    assert kernel.epoll_wait(outer, 8, 0) == []


def test_a_wakeup_passes_outward_as_in(kernel: ScriptKernel, epfd: int) -> None:
    """RDNORM outside is never woken, though poll says RDNORM."""
    outer = kernel.epoll_create1(0)
    kernel.epoll_ctl(outer, ADD, epfd, EPOLLRDNORM, 1)
    _, theirs = watched_pair(kernel, epfd, EPOLLIN)
    kernel.write(theirs, b"x")
    assert kernel.poll(epfd) == EPOLLIN | EPOLLRDNORM
    assert kernel.epoll_wait(outer, 8, 0) == []


def test_five_epolls_may_stand_on_each_other(kernel: ScriptKernel) -> None:
    tower = [kernel.epoll_create1(0) for _ in range(6)]
    for outer, inner in itertools.pairwise(tower[:5]):
        kernel.epoll_ctl(outer, ADD, inner, EPOLLIN)
    with fails(errno.ELOOP):
        kernel.epoll_ctl(tower[4], ADD, tower[5], EPOLLIN)
    with fails(errno.ELOOP):
        kernel.epoll_ctl(tower[5], ADD, tower[0], EPOLLIN)
    with fails(errno.ELOOP):
        kernel.epoll_ctl(tower[4], ADD, tower[0], EPOLLIN)


def test_a_file_may_not_be_reached_on_too_many_ways(
    kernel: ScriptKernel,
) -> None:
    """Ten ways with four epolls in between, and no more."""
    tower = [kernel.epoll_create1(0) for _ in range(5)]
    for outer, inner in itertools.pairwise(tower):
        kernel.epoll_ctl(outer, ADD, inner, EPOLLIN)
    counter = kernel.eventfd(0, 0)
    for _ in range(10):
        kernel.epoll_ctl(tower[4], ADD, kernel.dup(counter), EPOLLIN)
    with fails(errno.EINVAL):
        kernel.epoll_ctl(tower[4], ADD, counter, EPOLLIN)
    assert len(kernel.fdinfo(tower[4])) == 10


# errors


@pytest.mark.parametrize(
    ("on", "op", "target", "events", "number"),
    [
        ("nothing", ADD, "self", EPOLLIN, errno.EBADF),
        ("self", ADD, "nothing", EPOLLIN, errno.EBADF),
        ("counter", ADD, "file", EPOLLIN, errno.EPERM),
        ("self", DEL, "file", 0, errno.EPERM),
        ("self", ADD, "self", EPOLLIN, errno.EINVAL),
        ("counter", ADD, "self", EPOLLIN, errno.EINVAL),
        ("self", 4, "counter", EPOLLIN, errno.EINVAL),
        ("self", MOD, "counter", EPOLLIN | EPOLLEXCLUSIVE, errno.EINVAL),
        ("self", ADD, "other", EPOLLIN | EPOLLEXCLUSIVE, errno.EINVAL),
        ("self", ADD, "new", EPOLLRDHUP | EPOLLEXCLUSIVE, errno.EINVAL),
        ("self", ADD, "exclusive", EPOLLIN, errno.EEXIST),
        ("self", MOD, "exclusive", EPOLLIN, errno.EINVAL),
        ("self", ADD, "counter", EPOLLIN, errno.EEXIST),
        ("self", MOD, "new", EPOLLIN, errno.ENOENT),
        ("self", DEL, "new", 0, errno.ENOENT),
    ],
)
def test_epoll_ctl_checks_in_this_order(
    kernel: ScriptKernel,
    epfd: int,
    on: str,
    op: int,
    target: str,
    events: int,
    number: int,
) -> None:
    fds = {
        "nothing": 99,
        "self": epfd,
        "other": kernel.epoll_create1(0),
        "counter": kernel.eventfd(0, 0),
        "exclusive": kernel.eventfd(0, 0),
        "new": kernel.eventfd(0, 0),
        "file": kernel.regular_file(),
    }
    kernel.epoll_ctl(epfd, ADD, fds["counter"], EPOLLIN)
    kernel.epoll_ctl(
        epfd, ADD, fds["exclusive"], EPOLLIN | EPOLLEXCLUSIVE | EPOLLET
    )
    with fails(number):
        kernel.epoll_ctl(fds[on], op, fds[target], events)


# files


def test_a_unix_socket_tells_of_each_message_consumed(
    kernel: ScriptKernel, epfd: int
) -> None:
    """An OUT edge though it was never full; a partial read gives none."""
    ours, theirs = watched_pair(kernel, epfd, EPOLLOUT | EPOLLET)
    kernel.epoll_wait(epfd, 8, 0)
    kernel.write(ours, b"xy")
    kernel.read(theirs, 1)
    assert kernel.epoll_wait(epfd, 8, 0) == []
    kernel.read(theirs, 1)
    assert kernel.epoll_wait(epfd, 8, 0) == [(EPOLLOUT, 7)]


def test_out_comes_back_later_than_room(
    kernel: ScriptKernel, epfd: int
) -> None:
    """A full unix socket is writable again at a quarter of its buffer."""
    ours, theirs = watched_pair(kernel, epfd, EPOLLOUT)
    written = 0
    with fails(errno.EAGAIN):
        while True:
            written += kernel.write(ours, bytes(4096))
    assert kernel.epoll_wait(epfd, 8, 0) == []
    kernel.read(theirs, written // 2)
    assert kernel.write(ours, b"x") == 1
    assert kernel.epoll_wait(epfd, 8, 0) == []
    kernel.read(theirs, written)
    assert kernel.epoll_wait(epfd, 8, 0) == [(EPOLLOUT, 7)]


def test_a_half_close_is_no_hang_up(kernel: ScriptKernel, epfd: int) -> None:
    ours, theirs = watched_pair(kernel, epfd, EPOLLIN | EPOLLRDHUP)
    kernel.shutdown(theirs, SHUT_WR)
    assert kernel.epoll_wait(epfd, 8, 0) == [(EPOLLIN | EPOLLRDHUP, 7)]
    kernel.shutdown(ours, SHUT_WR)
    bits = EPOLLIN | EPOLLRDHUP | EPOLLHUP
    assert kernel.epoll_wait(epfd, 8, 0) == [(bits, 7)]


def test_a_close_with_unread_data_is_a_reset(
    kernel: ScriptKernel, epfd: int
) -> None:
    """What was received comes first, then the error once, then the end."""
    ours, theirs = watched_pair(kernel, epfd, EPOLLIN | EPOLLRDHUP)
    kernel.write(theirs, b"last")
    kernel.write(ours, b"unread")
    kernel.close(theirs)
    bits = EPOLLIN | EPOLLRDHUP | EPOLLERR | EPOLLHUP
    assert kernel.epoll_wait(epfd, 8, 0) == [(bits, 7)]
    assert kernel.read(ours, 9) == b"last"
    with fails(errno.ECONNRESET):
        kernel.read(ours, 9)
    assert kernel.read(ours, 9) == b""
    with fails(errno.EPIPE):
        kernel.write(ours, b"x")


def test_a_client_may_come_and_go_before_accept(
    kernel: ScriptKernel, epfd: int
) -> None:
    listener = kernel.listener()
    kernel.epoll_ctl(epfd, ADD, listener, EPOLLIN | EPOLLET, 1)
    client = kernel.connect(listener)
    kernel.write(client, b"hello")
    kernel.close(client)
    assert kernel.epoll_wait(epfd, 8, 0) == [(EPOLLIN, 1)]
    served = kernel.accept4(listener, 0)
    assert kernel.read(served, 9) == b"hello"
    assert kernel.read(served, 9) == b""


def test_a_backlog_takes_one_more_than_it_says(kernel: ScriptKernel) -> None:
    listener = kernel.listener()
    clients = [kernel.connect(listener) for _ in range(4)]
    with fails(errno.EAGAIN):
        kernel.connect(listener)
    kernel.close(listener)
    assert kernel.poll(clients[0]) & (EPOLLERR | EPOLLHUP)
    with fails(errno.ECONNRESET):
        kernel.read(clients[0], 1)


def test_a_pipe_frees_room_by_the_page(kernel: ScriptKernel, epfd: int) -> None:
    r, w = kernel.pipe()
    kernel.epoll_ctl(epfd, ADD, w, EPOLLOUT | EPOLLET, 1)
    kernel.epoll_wait(epfd, 8, 0)
    with fails(errno.EAGAIN):
        while True:
            kernel.write(w, bytes(4096))
    kernel.read(r, 4095)
    assert kernel.epoll_wait(epfd, 8, 0) == []
    kernel.read(r, 1)
    assert kernel.epoll_wait(epfd, 8, 0) == [(EPOLLOUT, 1)]


def test_each_write_to_a_pipe_is_an_edge_once_it_was_polled(
    kernel: ScriptKernel, epfd: int
) -> None:
    r, w = kernel.pipe()
    kernel.epoll_ctl(epfd, ADD, r, EPOLLIN | EPOLLET, 1)
    for _ in range(2):
        kernel.write(w, b"x")
        assert kernel.epoll_wait(epfd, 8, 0) == [(EPOLLIN, 1)]


def test_the_ends_of_a_pipe_go_in_two_ways(kernel: ScriptKernel) -> None:
    """HUP at the reader, ERR at the writer; never RDHUP."""
    r, w = kernel.pipe()
    kernel.close(w)
    assert kernel.poll(r) == EPOLLHUP
    r2, w2 = kernel.pipe()
    kernel.close(r2)
    assert kernel.poll(w2) & EPOLLERR
    with fails(errno.EPIPE):
        kernel.write(w2, b"x")


def test_an_eventfd_need_not_be_read(kernel: ScriptKernel, epfd: int) -> None:
    """Each write is an edge, of 0 too; each read is one for writers."""
    counter = kernel.eventfd(0, 0)
    kernel.epoll_ctl(epfd, ADD, counter, EPOLLIN | EPOLLET, 1)
    for data in (ONE, bytes(8)):
        kernel.write(counter, data)
        assert kernel.epoll_wait(epfd, 8, 0) == [(EPOLLIN, 1)]


def test_setting_a_timer_takes_its_readiness_back(
    kernel: ScriptKernel, epfd: int
) -> None:
    timer = kernel.timerfd_create()
    kernel.epoll_ctl(epfd, ADD, timer, EPOLLIN | EPOLLET, 1)
    kernel.timerfd_settime(timer, True)
    kernel.timerfd_settime(timer, False)
    assert kernel.epoll_wait(epfd, 8, 0) == []
    kernel.timerfd_settime(timer, True)
    assert kernel.epoll_wait(epfd, 8, 0) == [(EPOLLIN, 1)]
    assert kernel.read(timer, 8) == ONE


def test_numbers_are_the_lowest_that_are_free(kernel: ScriptKernel) -> None:
    assert kernel.epoll_create1(0) == 3
    assert kernel.socketpair() == (4, 5)
    kernel.close(4)
    assert kernel.regular_file() == 4
    assert kernel.dup(3) == 6


def test_a_wait_without_end_is_told_not_waited_for() -> None:
    """On the model only: Linux would wait."""
    model = ModelKernel(measure())
    with pytest.raises(DeadlockError):
        model.epoll_wait(model.epoll_create1(0), 1, -1)


@pytest.mark.parametrize(
    ("number_first", "number"), [(True, errno.EINVAL), (False, errno.EBADF)]
)
def test_older_kernels_check_maxevents_first(
    number_first: bool, number: int
) -> None:
    """6.12 does, 6.18 does not: a program cannot rely on either."""
    profile = dataclasses.replace(
        measure(), wait_checks_number_first=number_first
    )
    with fails(number):
        ModelKernel(profile).epoll_wait(99, 0, 0)


def test_an_older_pipe_wakes_without_a_freed_page() -> None:
    """It shows in one place only: where the pipe stands in the list."""
    orders = []
    for wakes in (False, True):
        model = ModelKernel(
            dataclasses.replace(measure(), partial_read_wakes=wakes)
        )
        epfd, (r, w) = model.epoll_create1(0), model.pipe()
        with fails(errno.EAGAIN):
            while True:
                model.write(w, bytes(4096))
        model.epoll_ctl(epfd, ADD, w, EPOLLOUT | EPOLLET, 1)
        counter = model.eventfd(0, 0)
        model.epoll_ctl(epfd, ADD, counter, EPOLLIN | EPOLLET, 2)
        model.read(r, 1)
        model.write(counter, ONE)
        model.read(r, 4095)
        orders.append(data_of(model.epoll_wait(epfd, 8, 0)))
    assert orders == [[2, 1], [1, 2]]
