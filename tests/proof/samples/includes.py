"""The lines of programs that a page shows.

A fence that holds ``--8<-- "snippets/edge/echo.py:drain"`` shows the
lines between two markers of a program. The site's generator expands it;
this module says which lines those are, by number, so that a run of the
program can prove that it executed them. `test_includes` holds it to what
pymdownx.snippets shows.
"""

import re
import textwrap
from dataclasses import dataclass
from pathlib import Path

INCLUDE = re.compile(
    r'--8<--[ \t]+"(?P<path>[^":]+):(?P<section>[a-z][-_0-9a-z]*)"$'
)
MARKER = re.compile(
    r"-{1,}8<-{1,}[ \t]+\[[ \t]*(?P<type>start|end)[ \t]*:"
    r"[ \t]*(?P<name>[a-z][-_0-9a-z]*)[ \t]*\]",
    re.IGNORECASE,
)

RUN = ("snippets/", "epollref/server/", "epollref/model/")
"""Where the files are whose lines a traced test executes."""


class IncludeError(Exception):
    """What a page includes is not there."""


@dataclass(frozen=True)
class Shown:
    """What one include line shows.

    Attributes:
        path: the program, relative to the project.
        section: the section's name.
        numbers: the lines' numbers in the program, counted from 1.
        text: the lines as the reader sees them, dedented.
    """

    path: str
    section: str
    numbers: tuple[int, ...]
    text: str


def is_include(line: str) -> bool:
    """Tell whether a line of a fence includes something."""
    return line.lstrip().startswith("--8<--")


def shown(root: Path, line: str) -> Shown:
    """The lines that one include line shows.

    Args:
        root: the project.
        line: the line of the fence.

    Raises:
        IncludeError: the line cannot be read, the file or the section
            does not exist, or the section is empty or not closed.
    """
    match = INCLUDE.match(line.strip())
    if match is None:
        raise IncludeError(f'write it as --8<-- "file:section": {line!r}')
    path, section = match["path"], match["section"]
    if not path.startswith(RUN):
        raise IncludeError(f"only {', '.join(RUN)} are run, not {path}")
    program = root / path
    if not program.is_file():
        raise IncludeError(f"no file {path}")
    lines = program.read_text("utf-8").splitlines()
    numbers = _section(lines, section)
    if not any(lines[number - 1].strip() for number in numbers):
        raise IncludeError(f"nothing to show in {path}:{section}")
    text = textwrap.dedent("\n".join(lines[number - 1] for number in numbers))
    return Shown(path, section, tuple(numbers), text)


def _section(lines: list[str], section: str) -> list[int]:
    inside = False
    numbers: list[int] = []
    for number, line in enumerate(lines, 1):
        marker = MARKER.search(line)
        if marker is None:
            if inside:
                numbers.append(number)
        elif marker["name"].lower() == section:
            if marker["type"].lower() == "end":
                if not inside:
                    break
                return numbers
            inside = True
    if inside:
        raise IncludeError(f"section {section} has no end")
    raise IncludeError(f"no section {section}")
