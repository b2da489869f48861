"""A public name is defined in one module, or means one thing in all."""

import ast
from collections import defaultdict
from pathlib import Path

import epollref

PACKAGE = Path(epollref.__file__).parent

ONE_MEANING = {
    "Epoll": "an epoll instance: yours, and the model's",
    "Watch": "a registration in an interest list: the model's, the server's",
    "READERS": "what reads the arguments of a call, by its name: of a family",
}
"""Names that several modules define on purpose, and what all mean by it."""


def public_names(module: Path) -> set[str]:
    """Name what a module defines at its top, without a leading underscore."""
    names: set[str] = set()
    for node in ast.parse(module.read_text()).body:
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
            case ast.Assign(targets=targets):
                names |= {t.id for t in targets if isinstance(t, ast.Name)}
            case ast.AnnAssign(target=ast.Name(id=name)):
                names.add(name)
    return {name for name in names if not name.startswith("_")}


def defined_twice(package: Path) -> dict[str, list[str]]:
    """Find the names that more than one module defines, and which do."""
    places: dict[str, list[str]] = defaultdict(list)
    for module in sorted(package.rglob("*.py")):
        for name in public_names(module):
            places[name].append(str(module.relative_to(package)))
    return {name: where for name, where in places.items() if len(where) > 1}


def test_a_public_name_has_one_meaning() -> None:
    """The failure says which modules define it."""
    found = defined_twice(PACKAGE)
    assert {n: at for n, at in found.items() if n not in ONE_MEANING} == {}


def test_no_name_is_excused_that_need_not_be() -> None:
    """What has been renamed leaves the list above."""
    assert ONE_MEANING.keys() - defined_twice(PACKAGE).keys() == set()


def test_a_name_that_two_modules_define_is_found(tmp_path: Path) -> None:
    """As a function, a class, a constant, with or without its type."""
    (tmp_path / "part").mkdir()
    (tmp_path / "one.py").write_text(
        "def run(): ...\nclass Row: ...\nMOST = 1\nLEAST: int\n_own = 1\n"
    )
    (tmp_path / "part" / "two.py").write_text(
        "run = 1\nRow: type\nMOST: int = 2\ndef LEAST(): ...\n_own = 2\n"
        "import other\nfrom other import Other\n"
    )
    both = ["one.py", "part/two.py"]
    names = ("run", "Row", "MOST", "LEAST")
    assert defined_twice(tmp_path) == dict.fromkeys(names, both)
