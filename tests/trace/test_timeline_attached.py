"""Logs that begin in the middle: rows without a single ADD."""

from epollref.trace.log import Log
from epollref.trace.timeline.lives import Row
from epollref.trace.timeline.rows import Story
from epollref.trace.timeline.spoken import headed
from tests.trace.test_timeline_processes import kinds, spelled


def rows(text: str) -> list[Row]:
    return Story(Log(spelled(text))).rows


def test_a_mod_makes_a_row() -> None:
    """It says which descriptor and which word belong together."""
    (row,) = rows("""
MOD(3,9)
REPORT(3,9)
""")
    assert (row.fd, kinds(row), row.guessed) == (
        *(9, ["re-armed", "reported"], False),
    )


def test_a_word_is_a_descriptor_if_it_is_read_too() -> None:
    """A healthy loop, seen from the middle."""
    (row,) = rows("""
REPORT(3,10)
read(10, "x", 5) = 5
REPORT(3,10)
""")
    assert (row.fd, kinds(row)) == (10, ["reported", "read", "reported"])
    assert row.guessed
    assert headed(row).endswith("(a data word, taken for a descriptor)")


def test_a_word_alone_is_no_descriptor() -> None:
    """Nobody says what 44 is: an index, a counter, a number."""
    (row,) = rows("REPORT(13,44)")
    assert row.fd is None
    assert headed(row) == "data 0x2c in epoll 13"


def test_a_pointer_is_never_a_descriptor() -> None:
    """What is read is shown beside it."""
    event, read = rows("""
epoll_wait(3, [{EPOLLIN, {u32=4162242016, u64=140123175306720}}], 8, -1) = 1
read(7, "x", 5) = 5
""")
    assert (event.fd, event.data) == (None, 140123175306720)
    assert headed(read) == "fd 7, which no call ties to an epoll"


def test_words_that_are_no_descriptors_elsewhere_are_none_here() -> None:
    """One ADD with another word than its descriptor tells it."""
    found = rows("""
epoll_ctl(3, EPOLL_CTL_ADD, 8, {EPOLLIN, {u32=1, u64=1}}) = 0
REPORT(3,7)
read(7, "x", 5) = 5
""")
    assert [row.fd for row in found] == [8, None, 7]
    assert kinds(found[1]) == ["reported"]


def test_a_mod_says_later_whose_word_it_was() -> None:
    """The row of the word becomes that of the descriptor."""
    (row,) = rows("""
epoll_wait(3, [{EPOLLIN, {u32=12288, u64=73014456320}}], 8, -1) = 1
epoll_ctl(3, EPOLL_CTL_MOD, 7, {EPOLLIN, {u32=12288, u64=73014456320}}) = 0
read(7, "x", 5) = 5
""")
    assert (row.fd, kinds(row)) == (7, ["reported", "re-armed", "read"])


def test_reads_before_the_first_event_are_on_its_row() -> None:
    """strace came between an event and its read."""
    (row,) = rows("""
read(10, "x", 5) = 5
REPORT(3,10)
""")
    assert (row.fd, kinds(row)) == (10, ["read", "reported"])


def test_a_del_makes_a_row_too() -> None:
    """And after it the watch is gone."""
    (row,) = rows("epoll_ctl(3, EPOLL_CTL_DEL, 9, NULL) = 0")
    assert (row.fd, kinds(row), row.removed) == (9, ["removed"], True)


def test_a_file_that_is_opened_in_the_log_is_no_watch() -> None:
    """A program that reads its configuration is not a row for it."""
    (row,) = rows("""
openat(AT_FDCWD, "x", O_RDONLY) = 8
read(8, "x", 5) = 5
write(1, "x", 1) = 1
REPORT(3,10)
""")
    assert row.data == 10


def test_without_an_epoll_no_descriptor_is_a_row() -> None:
    """cat reads and writes, and watches nothing."""
    assert rows('read(9, "x", 5) = 5') == []
