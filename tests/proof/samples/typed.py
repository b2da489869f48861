"""What a console session consists of: commands, and what they print.

``$ `` begins a command, ``> `` right under it continues it (a bare ``>``
is an empty line), everything else is output. The runner types what is
typed here, the site shows it as typed, the copy button copies it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

PROMPT = "$ "
CONTINUED = "> "
ELLIPSIS = "..."


class StepsError(Exception):
    """Lines that are no session."""


@dataclass
class Step:
    """A command, the lines that the page shows for it, and the output."""

    shown: list[str]
    expected: list[str] = field(default_factory=list)
    printed: list[str] = field(default_factory=list)

    @property
    def command(self) -> str:
        """What is typed, without the prompts."""
        return "\n".join(line[len(PROMPT) :] for line in self.shown)


def steps(lines: Sequence[str]) -> list[Step]:
    """The commands of a session and their outputs.

    Args:
        lines: the body of a console fence.

    Raises:
        StepsError: output stands before the first command, or the
            ellipses are too many or in the last line.
    """
    found: list[Step] = []
    for line in lines:
        if line.startswith(PROMPT):
            found.append(Step([line]))
        elif not found:
            raise StepsError(f"no command printed this: {line!r}")
        elif f"{line} ".startswith(CONTINUED) and not found[-1].expected:
            found[-1].shown.append(line)
        else:
            found[-1].expected.append(line)
    for step in found:
        step.expected = trimmed(step.expected)
    _check_ellipses(found)
    return found


def trimmed(lines: Sequence[str]) -> list[str]:
    """Lines without blanks at their ends, and without empty last ones."""
    found = [line.rstrip() for line in lines]
    while found and not found[-1]:
        found.pop()
    return found


def _check_ellipses(found: Sequence[Step]) -> None:
    lines = [line.strip() for step in found for line in step.expected]
    if lines.count(ELLIPSIS) > 1:
        raise StepsError("more than one ellipsis in a session")
    if lines and lines[-1] == ELLIPSIS:
        raise StepsError("an ellipsis hides the last line")
