"""What a command says of a binary file, a folder, a pipe, a device."""

import os
import subprocess
import threading
from pathlib import Path
from typing import Final

import pytest

from tests.test_command_line import EPOLLREF

NO_SCRIPTS: Final = {
    "ELF": (
        b"eventfd2(0) = e\n\x7fELF\x02\x01\x01\0\0\0\xd0\n",
        "line 2: not UTF-8 text: byte 0x00",
    ),
    "Latin-1": (b"# a\n# \xe9t\xe9\n", "line 2: not UTF-8 text: byte 0xe9"),
    "UTF-16": (
        "close(3)".encode("utf-16"),
        "line 1: not UTF-8 text: byte 0xff",
    ),
    "gzip": (b"\x1f\x8b\x08\0\0\0\0\0", "line 1: not UTF-8 text"),
    "empty": (b"", "line 1: the script has no call"),
    "words": (b"Good morning.\n", "line 1: not a call: 'Good morning.'"),
    "cut": (b"close(3) # \xe2\x82", "line 1: not UTF-8 text: byte 0xe2"),
}


def said(
    *words: str, stdin: int | None = None, given: bytes | None = None
) -> str:
    """Run a command that cannot work; return its one line."""
    done = subprocess.run(
        [*EPOLLREF, *words],
        stdin=stdin,
        input=given,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (2, b"")
    line = done.stderr.decode()
    assert line.count("\n") == 1, line
    assert len(line) < 250
    assert "codec" not in line
    return line


@pytest.mark.parametrize("kind", NO_SCRIPTS)
@pytest.mark.parametrize("way", ["file", "stdin", "FIFO"])
def test_what_is_no_script_is_said_with_its_line(
    kind: str, way: str, tmp_path: Path
) -> None:
    """The same words by whatever way it comes."""
    data, why = NO_SCRIPTS[kind]
    file = tmp_path / "script"
    if way == "stdin":
        assert said("model", "run", "-", given=data).startswith(
            f"epollref: cannot read stdin: {why}"
        )
        return
    if way == "file":
        file.write_bytes(data)
    else:
        os.mkfifo(file)
        threading.Thread(target=file.write_bytes, args=(data,)).start()
    line = said("model", "run", str(file))
    assert line.startswith(f"epollref: cannot read {file}: {why}")


def test_a_file_without_an_end_is_not_read_to_it() -> None:
    """/dev/zero would fill the memory."""
    line = said("model", "run", "/dev/zero")
    assert line == (
        "epollref: cannot read /dev/zero: more than 1,048,576 bytes: "
        "too long to play\n"
    )


def test_a_byte_order_mark_is_no_part_of_the_first_call(
    tmp_path: Path,
) -> None:
    """Some editors begin a file in UTF-8 with one."""
    file = tmp_path / "script"
    file.write_bytes(b"\xef\xbb\xbfeventfd2(0) = e\r\nclose(e)\r\n")
    done = subprocess.run(
        [*EPOLLREF, "model", "run", str(file)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")


FOLDERS: Final = [
    ("model", "run", "."),
    ("model", "verify", "--steps", "10", "--save", "."),
    ("trace", "."),
    ("trace", "-o", ".", "program.py"),
    ("trace", "--timeline", ".", "program.py"),
    ("record", "-o", ".", "--", "true"),
    ("serve", "--port", "0", "--trace", "."),
]


@pytest.mark.parametrize("words", FOLDERS, ids=" ".join)
def test_a_folder_is_no_file(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither to be read nor to be written."""
    (tmp_path / "program.py").write_text("print('ran')\n")
    monkeypatch.chdir(tmp_path)
    assert said(*words).endswith(" .: Is a directory\n")


@pytest.mark.parametrize(
    "words", [("model", "run"), ("trace",)], ids=lambda words: words[0]
)
def test_a_name_that_is_no_text_is_said(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Linux takes any bytes but two for a name."""
    monkeypatch.chdir(tmp_path)
    line = said(*words, os.fsdecode(b"caf\xe9"))
    assert line.endswith("caf\\udce9: No such file or directory\n")
