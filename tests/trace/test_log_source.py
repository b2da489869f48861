"""Where lines come from: pieces, archives, files that are none."""

import gzip
import io
from pathlib import Path

import pytest

from epollref.trace.items import (
    Item,
)
from epollref.trace.log import Log
from epollref.trace.log.source import LONGEST, LogError, lines, opened


def read(*texts: str) -> list[Item]:
    """Read lines, of which none may be left over."""
    log = Log(texts)
    items = list(log)
    assert not log.coverage.samples
    return items


def test_pieces_make_lines() -> None:
    """Does it matter where a piece ends?"""
    text = b"one\n\ntwo\r\nthr\x85ee"

    class Dripping(io.BytesIO):
        def read1(self, size: int | None = -1, /) -> bytes:
            return self.read(1)

    expected = ["one", "", "two\r", "thr\x85ee"]
    assert list(lines(io.BytesIO(text))) == expected
    assert list(lines(Dripping(text))) == expected


def test_a_line_without_end_is_not_put_together() -> None:
    """Is memory safe from a file that has no newlines?"""
    endless = b"x" * (LONGEST + 10_000_000)
    assert list(lines(io.BytesIO(endless + b"\nclose"))) == [None, "close"]
    assert list(lines(io.BytesIO(endless))) == [None]


def test_compressed_logs_are_read_as_they_are(tmp_path: Path) -> None:
    """Do the first bytes decide, not the name?"""
    path = tmp_path / "log"
    path.write_bytes(gzip.compress(b"close(3) = 0\n"))
    with opened(str(path)) as texts:
        assert list(texts) == ["close(3) = 0"]


def test_a_damaged_archive_is_an_error(tmp_path: Path) -> None:
    """Is the message about the file?"""
    path = tmp_path / "log.gz"
    whole = gzip.compress(b"close(3) = 0\n" * 1000)
    for damaged in (whole[:-20], whole[:12] + b"\xff" * 40 + whole[52:]):
        path.write_bytes(damaged)
        with (
            opened(str(path)) as texts,
            pytest.raises(LogError, match=r"log\.gz: cannot be read"),
        ):
            list(texts)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    """Is the reason the kernel's?"""
    with (
        pytest.raises(LogError, match="No such file or directory"),
        opened(str(tmp_path / "none")),
    ):
        pass


def test_a_directory_is_an_error(tmp_path: Path) -> None:
    """Is a directory refused?"""
    with (
        pytest.raises(LogError, match="Is a directory"),
        opened(str(tmp_path)),
    ):
        pass
