"""Mutants of the broken twins and of the proof that they break."""

from collections.abc import Iterator
from pathlib import Path

from tests.proof.mutate.gates import REBUILT, Mutant, PytestGate
from tests.proof.mutate.pages import structure_of
from tests.proof.mutate.tree import Tree

HARMLESS = {".py": "# quite safe", ".c": "// quite safe"}
PLANTED = "_broken_planted"
LEVEL = "level/echo"


def _twins(tree: Tree) -> Iterator[tuple[str, str, str]]:
    """Name and text of each broken twin, and its sibling's text."""
    for path in sorted((tree.root / "snippets").rglob("*_broken_*")):
        stem = path.stem.partition("_broken_")[0]
        sound = path.with_name(stem + path.suffix)
        name = path.relative_to(tree.root).as_posix()
        yield name, path.read_text("utf-8"), sound.read_text("utf-8")


def _parts(name: str, text: str) -> tuple[str, str]:
    """The header of a program, and the rest of it."""
    end = '"""\n' if name.endswith(".py") else "*/\n"
    head, found, body = text.partition(end)
    if name.endswith(".py"):
        inside, found, body = body.partition(end)
        head += end + inside
    return head + found, body


def untested(tree: Tree) -> Iterator[Mutant]:
    """A twin that stands on a page, and no test runs it."""
    for suffix, remark in HARMLESS.items():
        sound = tree.root / "snippets" / f"{LEVEL}{suffix}"
        if not sound.exists():
            continue
        header, body = _parts(sound.name, sound.read_text("utf-8"))
        broken = header.replace("\n", "\n\nbreaks: EP007\n\nIt spins.\n", 1)
        planted = f"snippets/{LEVEL}{PLANTED}{suffix}"
        page = "docs/concepts/level.md"
        fence = f"\n```twin\n{LEVEL}{PLANTED}{suffix}\n```\n"
        files: dict[str, str | None] = {
            planted: f"{broken}{body}{remark}\n",
            page: tree.read(page) + fence,
        }
        gates = (
            structure_of(page),
            PytestGate(("tests/snippets", "-k", PLANTED)),
        )
        yield Mutant("twin: without a test", planted, files, gates)


def harmless(tree: Tree) -> Iterator[Mutant]:
    """A twin that does not break, after the run that proved the other."""
    shown = {name for name, *_ in _twins(tree)} & _on_pages(tree)
    for name, text, sound in _twins(tree):
        if name in shown:
            header, _ = _parts(name, text)
            _, body = _parts(name, sound)
            remark = HARMLESS[Path(name).suffix]
            files: dict[str, str | None] = {name: f"{header}{body}{remark}\n"}
            yield Mutant("twin: does not break", name, files, REBUILT)


def harmless_again(tree: Tree) -> Iterator[Mutant]:
    """A twin that does not break, run again."""
    for mutant in harmless(tree):
        stem = Path(mutant.where).stem
        tried = PytestGate(("tests/snippets/test_twins.py", "-k", stem))
        yield Mutant(
            "twin: does not break, run", mutant.where, mutant.files, (tried,)
        )


def numbered(tree: Tree) -> Iterator[Mutant]:
    """A twin whose header names a number that no rule has."""
    for name, text, _ in _twins(tree):
        if "breaks: EP0" in text:
            wrong = text.replace("breaks: EP0", "breaks: EP9", 1)
            files: dict[str, str | None] = {name: wrong}
            rules = "tests/snippets/test_house_rules.py"
            chosen = PytestGate((rules, "-k", Path(name).stem))
            yield Mutant("twin: no such rule", name, files, (chosen, *REBUILT))


def _on_pages(tree: Tree) -> set[str]:
    """The twins that pages show."""
    return {
        f"snippets/{fence.source.strip()}"
        for _, found in tree.pages.values()
        for fence in found
        if fence.language == "twin"
    }


KINDS = (untested, harmless, harmless_again, numbered)
