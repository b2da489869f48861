"""No command writes its result over what it reads."""

from pathlib import Path

import pytest

from tests.test_command_line import complaint

SCRIPT = "import select\nselect.epoll().close()\n"
LOG = "epoll_create1(0) = 3\n"


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("trace", "-o", "FILE", "FILE"), SCRIPT),
        (("trace", "--timeline", "FILE", "FILE"), SCRIPT),
        (("timeline", "FILE", "-o", "FILE"), LOG),
        (("timeline", "FILE", "-o", "LINK"), LOG),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_result_never_goes_where_the_input_is(
    words: tuple[str, ...],
    text: str,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Whatever it is called there; the input stays as it was."""
    file, link = tmp_path / "input", tmp_path / "link"
    file.write_text(text)
    link.symlink_to(file)
    names = {"FILE": str(file), "LINK": str(link)}
    said = complaint(capfd, *(names.get(word, word) for word in words))
    assert "which is read" in said
    assert file.read_text() == text
