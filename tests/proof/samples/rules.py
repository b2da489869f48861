"""The rules of epoll: the scripts of snippets/model, and how a page shows one.

The first comment of a script is the rule. The second says how far it can
be relied on, and the rest explain:

- ``documented: epoll(7), ...``  a manual page promises it;
- ``observed``  no page says it, and programs rely on it;
- ``detail: function in file``  how the kernel does it now: for reading
  traces, not for relying on.

A page names a script in a `rule` fence, and the reader gets all of it: a
heading, the label, the words, and what playing it prints. The site's build
plays it on the model; the fence's test plays it on model and Linux.
"""

import io
import re
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import typer

from epollref.commands.model_run import run
from epollref.model.scripts import Script, play_on_model, read_script
from epollref.model.scripts.format import agreement, trace_lines
from epollref.trace.notation import Notation
from tests.proof.limits import descriptor_limit
from tests.proof.samples.fences import Fence, fences

FOLDER = "snippets"
MODEL = "model"
LANGUAGE = "rule"
LABEL = re.compile(
    r"(?P<kind>documented): (?P<page>\w+\(\w+\))(?:, (?P<where>.+))?"
    r"|observed"
    r"|detail: (?P<function>\w+) in (?P<file>[\w/.]+)"
)
_NAME = re.compile(r"[a-z]+/[a-z-]+")


class RuleError(ValueError):
    """A rule that cannot be shown."""


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes:
        name: the file without its ending: ``order/rotation``.
        path: the file.
        script: what it holds.
    """

    name: str
    path: Path
    script: Script

    @property
    def label(self) -> str:
        """How far the rule can be relied on."""
        return self.script.remarks[0] if self.script.remarks else ""

    @property
    def explanation(self) -> str:
        """The remarks below the label."""
        return " ".join(self.script.remarks[1:])


def rules(root: Path) -> list[Rule]:
    """Every rule, in the order of their names.

    Args:
        root: the project.
    """
    folder = root / FOLDER / MODEL
    return [
        rule(root, path.relative_to(folder).with_suffix("").as_posix())
        for path in sorted(folder.rglob("*.epoll"))
    ]


def rule(root: Path, name: str) -> Rule:
    """The rule of a name.

    Raises:
        OSError: there is no such script.
        ValueError: it is no name, or no script.
    """
    if not _NAME.fullmatch(name):
        raise RuleError(f"no name of a rule, as in order/rotation: {name!r}")
    path = root / FOLDER / MODEL / f"{name}.epoll"
    return Rule(name, path, read_script(path.read_text("utf-8")))


def session(shown: Rule) -> str:
    """What a reader types to play a rule, and what that prints.

    It is played on the model. Where Linux differs, or a claim of the
    script does not hold, the rule's test fails.
    """
    play = play_on_model(shown.script)
    lines = [
        f"$ epollref model run {MODEL}/{shown.name}.epoll",
        *trace_lines([play], Notation(dialect="6.13")),
        agreement(play),
    ]
    return "\n".join(lines) + "\n"


def played(shown: Rule) -> str:
    """The same, as the command prints it: on the model and on Linux."""
    typed, *_ = session(shown).splitlines()
    said = io.StringIO()
    # The command takes all the descriptors that it may have.
    with redirect_stdout(said), descriptor_limit():
        try:
            run(str(shown.path))
        except typer.Exit as ended:
            print(f"exit status {ended.exit_code}")
    return f"{typed}\n{said.getvalue()}"


def markdown(shown: Rule) -> str:
    """A rule as the Markdown of a page.

    Raises:
        RuleError: its label says nothing that is known.
    """
    parts = [f"### {shown.script.title}", _pill(shown)]
    if shown.explanation:
        parts.append(shown.explanation)
    body = "".join(f"    {line}\n" for line in session(shown).splitlines())
    parts.append('??? example "Run it"')
    parts.append(f"    ```console\n{body}    ```")
    return "\n\n".join(parts) + "\n"


def _pill(shown: Rule) -> str:
    found = LABEL.fullmatch(shown.label)
    if found is None:
        raise RuleError(f"{shown.name}: not a label: {shown.label!r}")
    kind = shown.label.partition(":")[0]
    words = "implementation detail" if kind == "detail" else kind
    pill = f'<span class="ep-label ep-{kind}">{words}</span>'
    if found["page"]:
        pill += f" `{found['page']}`"
        pill += f", {found['where']}" if found["where"] else ""
    if found["function"]:
        pill += f" `{found['function']}` in `{found['file']}`"
    return pill


def named(root: Path, fence: Fence) -> Rule:
    """The rule that a fence names."""
    return rule(root, fence.source.strip())


def expanded(root: Path, text: str) -> str:
    """A page with each `rule` fence replaced by what the reader gets.

    Raises:
        FenceError: a fence cannot be read.
        RuleError: there is no such script, or it cannot be shown.
    """
    if f"```{LANGUAGE}" not in text:
        return text
    for fence in reversed(list(fences(text))):
        if fence.language == LANGUAGE:
            try:
                new = markdown(named(root, fence))
            except (OSError, ValueError) as error:
                name = fence.source.strip()
                raise RuleError(
                    f"rule {name!r} (line {fence.line}): {error}"
                ) from error
            text = text[: fence.start] + new + text[fence.end :]
    return text
