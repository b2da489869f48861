"""Two traces side by side, or one above the other where there is no room."""

from unittest import mock

from epollref.kernel import Ready
from epollref.masks import EPOLL_CTL_ADD, EPOLLIN
from epollref.model import ModelKernel, measure
from epollref.model.scripts import pending
from epollref.model.verify.sides import side_by_side

SCRIPT = (
    pending.create(),
    pending.eventfd(1),
    pending.control(3, EPOLL_CTL_ADD, 4, EPOLLIN, 7),
    pending.wait(3, 8),
)


class Deaf(ModelKernel):
    """A kernel that never reports anything."""

    def epoll_wait(
        self, epfd: int, maxevents: int, timeout_ms: int
    ) -> list[Ready]:
        return []


def shown(columns: int | None) -> list[str]:
    kernels = (Deaf(measure()), ModelKernel(measure()))
    text = side_by_side(SCRIPT, ("one", "other"), kernels, columns)
    return text.splitlines()


def test_where_there_is_room_each_has_a_column() -> None:
    lines = shown(200)
    assert lines[0].split() == ["one", "other"]
    assert lines[1].split("  ")[1].strip() == "epoll_create1(0) = 3"
    assert lines[-1].startswith("! epoll_wait(3, [], 8, 0) = 0  ")
    assert lines[-1].endswith("[{events=EPOLLIN, data=0x7}], 8, 0) = 1")
    assert len({line.rindex("epoll") for line in lines[3:]}) == 1


def test_where_there_is_none_the_answers_that_differ_are_stacked() -> None:
    lines = shown(80)
    assert lines[:2] == ["  epoll_create1(0) = 3", "  eventfd2(1, 0) = 4"]
    assert lines[-2:] == [
        "! one: epoll_wait(3, [], 8, 0) = 0",
        "! other: epoll_wait(3, [{events=EPOLLIN, data=0x7}], 8, 0) = 1",
    ]


def test_the_terminal_is_asked() -> None:
    with mock.patch.dict("os.environ", COLUMNS="80"):
        assert shown(None) == shown(80)
    with mock.patch.dict("os.environ", COLUMNS="200"):
        assert shown(None) == shown(200)
