"""The whole programs that a page shows, each a file of the project.

A page names a file in a `file` fence. The reader gets a heading, what the
program's header says first, a link that downloads it, and all its lines.
It counts as run if a test ran the program; which of its lines the pages
may show as excerpts is another question (see `includes`).
"""

import re
from dataclasses import dataclass
from pathlib import Path

from tests.proof.programs.sections import breaks, header
from tests.proof.samples.fences import Fence, fences
from tests.proof.samples.includes import (
    MARKER,
    RUN,
    IncludeError,
    is_include,
    shown,
)
from tests.proof.samples.twins import SNIPPETS, TwinError, sibling

LANGUAGE = "file"
KINDS = {".py": "python", ".c": "c"}
TITLE = re.compile(r'title="[^"]*"')


class FileError(ValueError):
    """A file that cannot be shown."""


@dataclass(frozen=True)
class WholeFile:
    """A program.

    Attributes:
        path: where it is, relative to the project.
        text: all of it, but for the markers of sections.
        about: the first sentence of its header.
        breaks: what it breaks, if it is a broken twin.
        sibling: the program that it breaks, relative to the project.
    """

    path: str
    text: str
    about: str
    breaks: str = ""
    sibling: str = ""

    @property
    def name(self) -> str:
        """The file's own name."""
        return Path(self.path).name

    @property
    def raw(self) -> str:
        """Where docs/ has it: a folder epollref/ would pass for the package."""
        return re.sub(r"^epollref/", "package/", self.path)

    @property
    def kind(self) -> str:
        """Its language."""
        return KINDS[Path(self.path).suffix]


def anchor(path: str) -> str:
    """The identifier of a file's heading: `file-edge-echo-c`."""
    return "file-" + re.sub(r"[^a-z0-9]+", "-", titled(path).lower())


def titled(path: str) -> str:
    """How pages call a file: below snippets/, that folder is left out."""
    return path.removeprefix(f"{SNIPPETS}/")


def whole_file(root: Path, path: str) -> WholeFile:
    """The file that a fence names.

    Args:
        root: the project.
        path: the file, relative to it.

    Raises:
        FileError: no test runs such files, or there is none.
    """
    program = root / path
    if not path.startswith(RUN) or program.suffix not in KINDS:
        raise FileError(f"only programs of {', '.join(RUN)} are run: {path!r}")
    if not program.is_file() or ".." in program.parts:
        raise FileError(f"no file {path}")
    about, *_ = header(program).strip(" *\n").splitlines() or [""]
    try:
        beside = sibling(Path(path)).as_posix()
    except TwinError:
        beside = ""
    return WholeFile(
        path=path,
        text=_without_markers(program.read_text("utf-8")),
        about=about,
        breaks=breaks(program) or "",
        sibling=beside,
    )


def _without_markers(text: str) -> str:
    """A program as pymdownx.snippets lets it pass."""
    lines = text.splitlines(keepends=True)
    return "".join(line for line in lines if not MARKER.search(line))


def named(root: Path, fence: Fence) -> WholeFile:
    """The file that a fence names."""
    return whole_file(root, fence.source.strip())


def markdown(file: WholeFile) -> str:
    """A file as the Markdown of a page in a folder of docs/."""
    about = file.about
    if file.sibling:
        good = f"[{Path(file.sibling).name}](#{anchor(file.sibling)})"
        about = f"The broken twin of {good}: it breaks {file.breaks}."
    download = (
        f"[Download {file.name}](../{file.raw})"
        f'{{ .ep-download download="{file.name}" }}'
    )
    return (
        f"## {file.name} {{ #{anchor(file.path)} }}\n\n"
        f"{about} {download}\n\n"
        f'```{file.kind} title="{file.path}"\n'
        f"{file.text.rstrip()}\n```\n"
    )


def expanded(root: Path, text: str) -> str:
    """A page in which files stand for their fences, and excerpts say where.

    The title of an excerpt gets the numbers of its lines.

    Raises:
        FenceError: a fence cannot be read.
        FileError: a fence names no file that can be shown.
    """
    for fence in reversed(list(fences(text))):
        if fence.language == LANGUAGE:
            new = markdown(named(root, fence))
            text = text[: fence.start] + new + text[fence.end :]
        elif len(fence.lines) == 1 and is_include(fence.lines[0]):
            opening = _with_lines(root, text[fence.start : fence.body], fence)
            text = text[: fence.start] + opening + text[fence.body :]
    return text


def _with_lines(root: Path, opening: str, fence: Fence) -> str:
    try:
        lines = shown(root, fence.lines[0])
    except IncludeError:  # pymdownx.snippets says so
        return opening
    first, last = lines.numbers[0], lines.numbers[-1]
    where = f"line {first}" if first == last else f"lines {first} to {last}"
    return TITLE.sub(f'title="{titled(lines.path)}, {where}"', opening)
