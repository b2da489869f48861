"""close-dup-fork/: registrations and epolls that outlive their time."""

import pytest

from tests.snippets.harness import breaks, run, unexecuted
from tests.snippets.scenarios import (
    in_both_languages,
    in_every_flavour,
    snippet,
)

PHANTOM = "close-dup-fork/phantom"
CLOSE_ONLY = "close-dup-fork/phantom_broken_close_only"
EXEC = "close-dup-fork/exec"
NO_CLOEXEC = "close-dup-fork/exec_broken_no_cloexec"

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


@in_every_flavour
def test_del_and_shutdown_before_close_leave_no_phantom(
    language: str, how: str
) -> None:
    """The list is empty, no event comes, and the peer knows."""
    assert run(snippet(PHANTOM, language), how=how).stdout == UNREGISTERED


@in_every_flavour
def test_close_alone_leaves_a_phantom_while_a_dup_lives(
    language: str, how: str
) -> None:
    """Events come for a closed descriptor; DEL comes too late."""
    source = snippet(CLOSE_ONLY, language)
    assert breaks(source) == "EP011"
    assert run(source, how=how).stdout == CLOSED_ONLY


@in_every_flavour
def test_exec_closes_a_cloexec_epoll(language: str, how: str) -> None:
    """One before; none in the program that exec has started."""
    assert run(snippet(EXEC, language), how=how).stdout == CLOSED_BY_EXEC


@in_every_flavour
def test_without_cloexec_the_epoll_is_still_there(
    language: str, how: str
) -> None:
    """The started program's /proc/self/fd holds an eventpoll."""
    source = snippet(NO_CLOEXEC, language)
    assert breaks(source) == "EP014"
    assert run(source, how=how).stdout == KEPT_BY_EXEC


@pytest.mark.parametrize("name", [PHANTOM, CLOSE_ONLY, EXEC, NO_CLOEXEC])
@in_both_languages
def test_every_shown_line_runs(name: str, language: str) -> None:
    """What a page includes is what this run has executed."""
    source = snippet(name, language)
    assert unexecuted(source, run(source, how="cov").executed) == {}
