"""A digest changes with what the reader sees, and with nothing else."""

import pytest

from tests.proof.samples.identity import digest, digests


@pytest.mark.parametrize(
    "seen",
    ["x = 1", "x = 1\n", "\n\nx = 1   \n\n"],
)
def test_blanks_that_nobody_sees_make_no_difference(seen: str) -> None:
    """Markdown and the highlighter drop and add them."""
    assert digest("python", seen) == digest("python", "x = 1")


@pytest.mark.parametrize("seen", ["x = 2", "x  = 1", " x = 1", "x = 1\n#"])
def test_everything_else_does(seen: str) -> None:
    """One changed character is another block."""
    assert digest("python", seen) != digest("python", "x = 1")


def test_the_language_is_part_of_it() -> None:
    """The reader sees colours, and believes them."""
    assert digest("c", "x = 1;") != digest("python", "x = 1;")


def test_a_tab_is_four_columns() -> None:
    """Markdown shows it so."""
    assert digest("c", "\tint x;") == digest("c", "    int x;")


def test_a_session_has_a_digest_for_each_example() -> None:
    """So that docstrings and pages match example by example."""
    session = ">>> a = 1\n>>> a\n1\n"
    first, second = digests("pycon", session)
    assert digests("pycon", "    >>> a\n    1\n") == [second]
    assert digests("pycon", ">>> a = 1") == [first]
    assert digests("pycon", ">>> a\n2") != [second]


def test_a_doctest_flag_is_not_seen() -> None:
    """The API reference leaves it out."""
    assert digests("pycon", ">>> a  # doctest: +ELLIPSIS\n1") == digests(
        "pycon", ">>> a\n1"
    )
