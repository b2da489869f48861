"""close-dup-fork/: registrations and epolls that outlive their time."""

import pytest

from tests.proof.programs.harness import run, unexecuted
from tests.proof.programs.scenarios import (
    in_both_languages,
    in_every_flavour,
    snippet,
)
from tests.snippets.cases.lifetimes import CLOSED_BY_EXEC, UNREGISTERED

PHANTOM = "close-dup-fork/phantom"
CLOSE_ONLY = "close-dup-fork/phantom_broken_close_only"
EXEC = "close-dup-fork/exec"
RETRIEVE = "close-dup-fork/retrieve"
NO_CLOEXEC = "close-dup-fork/exec_broken_no_cloexec"


@in_every_flavour
def test_del_and_shutdown_before_close_leave_no_phantom(
    language: str, how: str
) -> None:
    """The list is empty, no event comes, and the peer knows."""
    assert run(snippet(PHANTOM, language), how=how).stdout == UNREGISTERED


@in_every_flavour
def test_exec_closes_a_cloexec_epoll(language: str, how: str) -> None:
    """One before; none in the program that exec has started."""
    assert run(snippet(EXEC, language), how=how).stdout == CLOSED_BY_EXEC


@in_every_flavour
def test_a_phantom_is_found_and_deleted_with_the_copy_of_its_holder(
    language: str, how: str
) -> None:
    """The inode says "the same", kcmp(2) says "another"; DEL ends it."""
    assert run(snippet(RETRIEVE, language), how=how).stdout == (
        "fork, close 4               interest list: 4\n"
        "a new eventfd has number 4\n"
        "  the same inode: True\n"
        "  the same file: False\n"
        "the child holds the watched file as 4\n"
        "fetch 4, DEL 4              interest list: empty\n"
    )


@pytest.mark.parametrize(
    "name", [PHANTOM, CLOSE_ONLY, EXEC, NO_CLOEXEC, RETRIEVE]
)
@in_both_languages
def test_every_shown_line_runs(name: str, language: str) -> None:
    """What a page includes is what this run has executed."""
    source = snippet(name, language)
    assert unexecuted(source, run(source, how="cov").executed) == {}
