"""Every fence that the site's Markdown reads is found, and no other."""

import pytest

from tests.proof.samples.fences import Fence, FenceError, fences


def one(text: str) -> Fence:
    """The only fence of a page."""
    (fence,) = fences(text)
    return fence


@pytest.mark.parametrize(
    ("info", "language", "classes", "options"),
    [
        ("python", "python", set(), {}),
        ('python title="edge/echo.py"', "python", set(), "edge/echo.py"),
        ("{ .python }", "python", set(), {}),
        ("{ .text .figure }", "text", {"figure"}, {}),
        ('{ .console title="a b" normalise="fds" }', "console", set(), "a b"),
        ('c hl_lines="2 3" { .wide }', "c", {"wide"}, {}),
        ("", "", set(), {}),
    ],
)
def test_the_language_is_found_in_every_kind_of_info(
    info: str, language: str, classes: set[str], options: object
) -> None:
    """A title or braces hide no language."""
    fence = one(f"```{info}\nx\n```\n")
    assert fence.language == language
    assert fence.classes == classes
    if isinstance(options, str):
        assert fence.options["title"] == options


def test_an_indented_fence_loses_its_indent() -> None:
    """A tab indents by four, and a block in it by four more."""
    text = '=== "C"\n\n    ```c\n    int x;\n\n      int y;\n    ```\n'
    fence = one(text)
    assert fence.source == "int x;\n\n  int y;\n"
    assert text[fence.body : fence.body_end] == fence.indented(fence.source)


def test_a_longer_fence_holds_a_shorter_one() -> None:
    """What stands inside a fence is never taken for another."""
    fence = one("````text\n```python\nx\n```\n````\n")
    assert fence.language == "text"
    assert fence.lines == ["```python", "x", "```"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("```c\nint x;\n", "closes"),
        ("    ```c\nint x;\n    ```\n", "left"),
        ("```c\nint x;\n````\n", "closes"),
        ("```c\nint x;\n   ```\n", "closes"),
        ("```c title=\nx\n```\n", "unreadable"),
        ("```python``` is code\n", "unreadable"),
        ("> ```c\n> int x;\n> ```\n", "quotation"),
        ("- ```c\n  int x;\n  ```\n", "list"),
    ],
)
def test_a_fence_that_cannot_be_read_is_an_error(text: str, why: str) -> None:
    """Nothing is passed over in silence."""
    with pytest.raises(FenceError, match=why):
        list(fences(text))
