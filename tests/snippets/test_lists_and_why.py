"""The demos lists/first_loop and why/scan."""

import pytest

from tests.proof.programs.harness import run, unexecuted
from tests.proof.programs.scenarios import (
    in_both_languages,
    in_every_flavour,
    snippet,
)

FIRST_LOOP, SCAN = "lists/first_loop", "why/scan"


@in_every_flavour
def test_the_first_loop_reports_only_what_is_ready(
    language: str, how: str
) -> None:
    """No events, one event, no events."""
    assert run(snippet(FIRST_LOOP, language), how=how).stdout == (
        "empty pipe: 0 events\n"
        "the reader: True\n"
        "EPOLLIN: True\n"
        "read: hello\n"
        "drained pipe: 0 events\n"
    )


@in_every_flavour
def test_only_epoll_is_handed_the_list_once(language: str, how: str) -> None:
    """Ten questions over 901 descriptors: 9010 handed over, or 901."""
    lines = run(snippet(SCAN, language), how=how).stdout.splitlines()
    assert lines[0] == "900 idle, 1 ready, 10 questions"
    assert [(line.split()[:2], line.split()[-2:]) for line in lines[1:]] == [
        (["select:", "9010"], ["10", "ready"]),
        (["poll:", "9010"], ["10", "ready"]),
        (["epoll:", "901"], ["10", "ready"]),
    ]


def test_only_epoll_names_the_ready_ones() -> None:
    """In C the answers of select and poll have to be looked through."""
    lines = run(snippet(SCAN, ".c")).stdout.splitlines()
    looked_at = [line.split(", ")[1] for line in lines[1:]]
    assert looked_at == ["9010 looked at", "9010 looked at", "10 looked at"]


@pytest.mark.parametrize("name", [FIRST_LOOP, SCAN])
@in_both_languages
def test_every_shown_line_of_the_demos_runs(name: str, language: str) -> None:
    """What a page includes is what this run has executed."""
    source = snippet(name, language)
    assert unexecuted(source, run(source, how="cov").executed) == {}
