"""Mutants of the pages' samples: outputs, lines, constants.

Each changes one character or line of a sample that ran. Run again, the
sample's own test stops it. Left unrun after the change, only the digest
in the ledger does: those mutants keep the ledger of the green run.
"""

import doctest
import re
from collections.abc import Iterator

from tests.proof.mutate.gates import REBUILT, Gate, Mutant, PytestGate
from tests.proof.mutate.tree import Tree
from tests.proof.samples.fences import Fence
from tests.proof.samples.normalise import normalised
from tests.proof.samples.structure import owner
from tests.proof.samples.typed import ELLIPSIS

PARSER = doctest.DocTestParser()
DIGIT = re.compile(r"\d")
ERRNO = re.compile(r"\[Errno (\d+)\]")


def samples(tree: Tree, kind: str) -> Iterator[tuple[str, str, Fence]]:
    """Page, text and fence of every sample of a kind."""
    for page, (text, found) in tree.pages.items():
        for fence in found:
            if owner(fence) == kind:
                yield page, text, fence


def test_of(page: str, fence: Fence) -> Gate:
    """The test that runs a fence."""
    if fence.language == "pycon":
        return PytestGate((f"{page}::{page.rpartition('/')[2]}",))
    return PytestGate((f"{page}::{owner(fence)} line {fence.line}",))


def structure_of(page: str) -> Gate:
    """The test that refuses what nothing would run."""
    return PytestGate((f"{page}::structure",))


def with_lines(
    kind: str,
    place: tuple[str, str, Fence],
    number: int,
    new: list[str],
    *gates: Gate,
) -> Mutant:
    """A mutant with other lines in the place of one line of a fence."""
    page, text, fence = place
    lines = [*fence.lines[:number], *new, *fence.lines[number + 1 :]]
    body = fence.indented("".join(f"{line}\n" for line in lines))
    changed = text[: fence.body] + body + text[fence.body_end :]
    where = f"{page}:{fence.line + 1 + number}"
    return Mutant(kind, where, {page: changed}, gates)


def other(digit: str) -> str:
    """Another digit."""
    return str((int(digit) + 1) % 10)


def _outputs(fence: Fence) -> Iterator[tuple[int, str, doctest.Example]]:
    """Number and text of every line of output in a session."""
    for example in PARSER.get_examples(fence.source):
        first = example.lineno + example.source.count("\n")
        # A prompt that stands alone is no line of the source.
        first += fence.lines[first : first + 1] == ["..."]
        for place, _ in enumerate(example.want.splitlines()):
            yield first + place, fence.lines[first + place], example


def pycon_number(tree: Tree) -> Iterator[Mutant]:
    """Another number in the output of a session."""
    for place in samples(tree, "pycon"):
        for number, line, example in _outputs(place[2]):
            found = DIGIT.search(line)
            if found and "..." not in example.want and not example.exc_msg:
                new = line[: found.start()] + other(found[0])
                new += line[found.end() :]
                gate = test_of(place[0], place[2])
                yield with_lines("pycon: number", place, number, [new], gate)


def pycon_errno(tree: Tree) -> Iterator[Mutant]:
    """Another errno in a traceback."""
    for place in samples(tree, "pycon"):
        for number, line, _ in _outputs(place[2]):
            if found := ERRNO.search(line):
                new = line.replace(found[1], str(int(found[1]) + 1), 1)
                gate = test_of(place[0], place[2])
                yield with_lines("pycon: errno", place, number, [new], gate)


def pycon_line(tree: Tree) -> Iterator[Mutant]:
    """An output line that is gone."""
    for place in samples(tree, "pycon"):
        for number, _, example in _outputs(place[2]):
            if "..." not in example.want and not example.exc_msg:
                gate = test_of(place[0], place[2])
                yield with_lines("pycon: output gone", place, number, [], gate)


def pycon_skip(tree: Tree) -> Iterator[Mutant]:
    """An example that is skipped."""
    for place in samples(tree, "pycon"):
        for example in PARSER.get_examples(place[2].source):
            line = place[2].lines[at := example.lineno]
            if "#" not in line and "'" not in line and '"' not in line:
                new = f"{line}  # doctest: +SKIP"
                gate = structure_of(place[0])
                yield with_lines("pycon: +SKIP", place, at, [new], gate)


def pycon_end(tree: Tree) -> Iterator[Mutant]:
    """No blank line before the fence ends."""
    for place in samples(tree, "pycon"):
        gate = structure_of(place[0])
        last = len(place[2].lines) - 1
        yield with_lines("pycon: end of the fence", place, last, [], gate)


def pycon_edited(tree: Tree) -> Iterator[Mutant]:
    """An output that is edited after the run."""
    for mutant in pycon_number(tree):
        yield Mutant(
            "pycon: edited after the run", mutant.where, mutant.files, REBUILT
        )


def python_line(tree: Tree) -> Iterator[Mutant]:
    """A name in a Python fence that does not exist."""
    for place in samples(tree, "python"):
        for number, line in enumerate(place[2].lines):
            if "print(" in line:
                new = line.replace("print(", "print(no_such_name, ", 1)
                gate = test_of(place[0], place[2])
                yield with_lines("python: a line", place, number, [new], gate)


def python_output(tree: Tree) -> Iterator[Mutant]:
    """Another printed line in a Python fence."""
    for place in samples(tree, "python"):
        for number, line in enumerate(place[2].lines):
            if "#>" in line:
                gate = test_of(place[0], place[2])
                new = f"{line}!"
                yield with_lines("python: output", place, number, [new], gate)


def python_added(tree: Tree) -> Iterator[Mutant]:
    """A Python fence that prints something else, or is not clean."""
    for page, (text, _) in tree.pages.items():
        line = text.count("\n") + 2
        test = PytestGate((f"{page}::python line {line}",))
        for body in ("print(1 + 1)\n#> 3\n", "import os\n", "no_such_name\n"):
            files: dict[str, str | None] = {
                page: f"{text}\n```python\n{body}```\n"
            }
            yield Mutant("python: added", f"{page}:{line}", files, (test,))


def c_output(tree: Tree) -> Iterator[Mutant]:
    """Another printed line in a C fence."""
    for place in samples(tree, "c"):
        for number, line in enumerate(place[2].lines):
            if "//>" in line:
                gate = test_of(place[0], place[2])
                new = f"{line}!"
                yield with_lines("c: output", place, number, [new], gate)


def c_constant(tree: Tree) -> Iterator[Mutant]:
    """A format in a C fence that prints something else."""
    for place in samples(tree, "c"):
        for number, line in enumerate(place[2].lines):
            if 'printf("' in line:
                gate = test_of(place[0], place[2])
                new = line.replace('printf("', 'printf("0', 1)
                yield with_lines("c: a constant", place, number, [new], gate)


def c_statement(tree: Tree) -> Iterator[Mutant]:
    """A C fence that ends with a failure."""
    for place in samples(tree, "c"):
        for number, line in enumerate(place[2].lines):
            if "return 0;" in line:
                gate = test_of(place[0], place[2])
                new = line.replace("return 0;", "return 1;")
                yield with_lines("c: a status", place, number, [new], gate)


def c_edited(tree: Tree) -> Iterator[Mutant]:
    """A C fence that is edited after the run."""
    for mutant in c_constant(tree):
        yield Mutant(
            "c: edited after the run", mutant.where, mutant.files, REBUILT
        )


def _console_outputs(
    tree: Tree,
) -> Iterator[tuple[tuple[str, str, Fence], int, str]]:
    for place in samples(tree, "console"):
        lines = place[2].lines
        if ELLIPSIS in map(str.strip, lines):
            continue
        typed = True
        for number, line in enumerate(lines):
            typed = line.startswith("$ ") or (typed and line.startswith("> "))
            if not typed and line.strip():
                yield place, number, line


def console_output(tree: Tree) -> Iterator[Mutant]:
    """Another character in the output of a console session."""
    for place, number, line in _console_outputs(tree):
        for found in re.finditer(r"\w", line):
            new = line[: found.start()] + "Q" + line[found.end() :]
            asked = place[2].options.get("normalise", "").split()
            if normalised(new, asked) != normalised(line, asked):
                gate = test_of(place[0], place[2])
                yield with_lines("console: output", place, number, [new], gate)
                break


def console_line(tree: Tree) -> Iterator[Mutant]:
    """An output line of a console session that is gone."""
    for place, number, _ in _console_outputs(tree):
        gate = test_of(place[0], place[2])
        yield with_lines("console: output gone", place, number, [], gate)


def console_command(tree: Tree) -> Iterator[Mutant]:
    """A command that does not exist."""
    for place in samples(tree, "console"):
        gate = test_of(place[0], place[2])
        new = place[2].lines[0].replace("$ ", "$ no-such-", 1)
        yield with_lines("console: command", place, 0, [new], gate)


def console_ellipsis(tree: Tree) -> Iterator[Mutant]:
    """An ellipsis that hides the end of a session."""
    for place, number, line in _console_outputs(tree):
        if number == len(place[2].lines) - 1:
            gate = test_of(place[0], place[2])
            new = [line, ELLIPSIS]
            yield with_lines("console: ellipsis", place, number, new, gate)


def console_edited(tree: Tree) -> Iterator[Mutant]:
    """A console session that is edited after the run."""
    for mutant in console_output(tree):
        yield Mutant(
            "console: edited after the run",
            mutant.where,
            mutant.files,
            REBUILT,
        )


def include_section(tree: Tree) -> Iterator[Mutant]:
    """An included section that does not exist."""
    for place in samples(tree, "include"):
        gate = test_of(place[0], place[2])
        new = place[2].lines[0].rstrip('"') + '-gone"'
        yield with_lines("include: no such section", place, 0, [new], gate)


def include_file(tree: Tree) -> Iterator[Mutant]:
    """An included file that does not exist, seen by the build."""
    for place in samples(tree, "include"):
        new = place[2].lines[0].replace("/", "/gone-", 1)
        yield with_lines("include: no such file", place, 0, [new], *REBUILT)


KINDS = (
    pycon_number,
    pycon_errno,
    pycon_line,
    pycon_skip,
    pycon_end,
    pycon_edited,
    python_line,
    python_output,
    python_added,
    c_output,
    c_constant,
    c_statement,
    c_edited,
    console_output,
    console_line,
    console_command,
    console_ellipsis,
    console_edited,
    include_section,
    include_file,
)
