"""The rules of epoll, one scenario each: the scripts of snippets/model.

The first comment of a script is the rule.  The second says how far it can be
relied on, and the rest explain:

- ``documented: epoll(7), ...``  a manual page promises it;
- ``observed``  no page says it, and programs rely on it;
- ``detail: function in file``  how the kernel does it now: for reading
  traces, not for relying on.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from epollref.model.scripts import Script, read_script

FOLDER = Path(__file__).parents[2] / "snippets" / "model"
LABEL = re.compile(
    r"documented: (?P<page>\w+\(\w+\)(?:, .+)?)|observed"
    r"|detail: (?P<function>\w+) in (?P<file>[\w/.]+)"
)


@dataclass(frozen=True)
class Scenario:
    """One rule."""

    name: str
    """The file without its ending: ``order/rotation``."""
    script: Script

    @property
    def label(self) -> str:
        """How far the rule can be relied on."""
        return self.script.remarks[0] if self.script.remarks else ""

    @property
    def explanation(self) -> str:
        """The remarks below the label."""
        return " ".join(self.script.remarks[1:])


def scenarios() -> list[Scenario]:
    """Return every scenario, in the order of their names."""
    return [
        Scenario(
            str(path.relative_to(FOLDER).with_suffix("")),
            read_script(path.read_text(encoding="utf-8")),
        )
        for path in sorted(FOLDER.rglob("*.epoll"))
    ]
