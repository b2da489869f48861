"""A mutant is stopped by a gate, or it is named as a survivor."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.proof.mutate.__main__ import KINDS, chosen, report
from tests.proof.mutate.gates import Gate, Mutant, PytestGate
from tests.proof.mutate.tree import LEDGER, SITE, Tree
from tests.proof.project import ROOT
from tests.site.checked_site import PAGE, ledger_of

MORE = """
```python
print(1 + 1)
#> 2
```

```c
#include <stdio.h>

int main(void)
{
    printf("%d\\n", 7);
    //> 7
    return 0;
}
```
"""


@dataclass(frozen=True)
class Says(Gate):
    """A gate that always says the same."""

    said: str | None
    name: str = "says"

    def stops(self, tree: Tree) -> str | None:
        return self.said


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """The copy of a small project, with the ledger of a green run."""
    project, folder = tmp_path / "project", tmp_path / "copy"
    (project / "docs").mkdir(parents=True)
    folder.mkdir()
    (project / "docs" / "a.md").write_text(PAGE + MORE, "utf-8")
    (project / "mkdocs.yml").write_text("nav:\n  - A: a.md\n", "utf-8")
    made = Tree(project, folder)
    ledger = ledger_of(PAGE + MORE)
    ledger.save(made.root / LEDGER)
    (made.root / SITE).mkdir()
    return made


def test_the_tree_is_put_back(tree: Tree) -> None:
    """Whether a file was changed, taken away or new."""
    before = tree.read("docs/a.md")
    files = {"docs/a.md": "x", "mkdocs.yml": None, "new.md": "y"}
    with tree.changed(files):
        assert tree.read("docs/a.md") == "x"
        assert not (tree.root / "mkdocs.yml").exists()
        assert tree.read("new.md") == "y"
    assert tree.read("docs/a.md") == before
    assert (tree.root / "mkdocs.yml").exists()
    assert not (tree.root / "new.md").exists()


def test_a_mutant_that_no_gate_stops_is_a_survivor(
    tree: Tree, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first gate that stops one is named."""
    files: dict[str, str | None] = {"docs/a.md": "x"}
    stopped = Mutant("stopped", "a", files, (Says(None), Says("red")))
    survivor = Mutant("survivor", "b", files, (Says(None),))
    assert report(tree, [stopped, survivor]) == [survivor]
    said = capsys.readouterr().out
    assert re.search(r"1/2 says .* stopped \(a\)\n +red", said)
    assert re.search(r"2/2 SURVIVED .* survivor \(b\)", said)


def test_an_internal_error_stops_nothing(tree: Tree) -> None:
    """A test that does not exist is no gate."""
    with pytest.raises(RuntimeError):
        PytestGate(("docs/a.md::no such test",)).stops(tree)


def test_every_mutant_changes_something(tree: Tree) -> None:
    """And samples of every kind can be broken."""
    found = [mutant for kind in KINDS for mutant in kind(tree)]
    for mutant in found:
        for name, text in mutant.files.items():
            assert text is None or text != tree.read(name), mutant.kind
            assert mutant.gates
    kinds = {mutant.kind.partition(":")[0] for mutant in found}
    assert kinds >= {"pycon", "python", "c", "console", "ledger", "nav"}
    assert len({mutant.kind for mutant in found}) > 40


def test_the_choice_depends_on_the_seed_alone(tree: Tree) -> None:
    """So that a survivor can be met again."""
    few = chosen(tree, seed=3, count=5)
    assert len(few) == 5
    assert few == chosen(tree, seed=3, count=5)
    assert few != chosen(tree, seed=4, count=5)
    assert len(chosen(tree, seed=3, count=None)) > 40


def test_the_strict_build_is_never_a_quiet_one() -> None:
    """With --quiet mkdocs drops the warnings that --strict counts."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    strict = re.findall(r"mkdocs build.*--strict.*", makefile)
    assert strict
    assert not [line for line in strict if "quiet" in line or "-q" in line]
