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


@pytest.mark.parametrize("name", [PHANTOM, CLOSE_ONLY, EXEC, NO_CLOEXEC])
@in_both_languages
def test_every_shown_line_runs(name: str, language: str) -> None:
    """What a page includes is what this run has executed."""
    source = snippet(name, language)
    assert unexecuted(source, run(source, how="cov").executed) == {}
