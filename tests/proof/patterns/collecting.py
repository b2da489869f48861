"""Every pattern of the package, and how it is used.

A pattern can only be found if it has a place of its own: so each is the
value of a name at the top of a module, made by ``re.compile``, and no other
function of ``re`` is called.
"""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import epollref

ROOT = Path(epollref.__file__).parent
SEARCHING = {"search", "findall", "finditer", "split", "sub", "subn"}
"""Methods that begin at every place of a text."""


@dataclass(frozen=True)
class Used:
    """A pattern of the package."""

    name: str
    """``epollref.trace.log.lines.CALL``"""
    pattern: re.Pattern[str]
    searches: bool
    """Whether it is looked for at every place of a text."""


def misplaced(source: str) -> Iterator[int]:
    """Yield the lines that use ``re`` in another way.

    Args:
        source: The text of a module.
    """
    tree = ast.parse(source)
    placed = {
        id(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "re":
            yield node.lineno
        if isinstance(node, ast.Call):
            module, _, function = ast.unparse(node.func).partition(".")
            compiles = function == "compile" and id(node) in placed
            if module == "re" and function != "escape" and not compiles:
                yield node.lineno


def sources() -> list[Path]:
    """Return the modules of the package."""
    return sorted(ROOT.rglob("*.py"))


def _searched() -> set[str]:
    """Return the names on which a searching method is called."""
    return {
        node.value.id
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
        and node.attr in SEARCHING
        and isinstance(node.value, ast.Name)
    }


def patterns() -> list[Used]:
    """Import the whole package; return its patterns."""
    searched = _searched()
    found: dict[re.Pattern[str], Used] = {}
    for module in pkgutil.walk_packages(epollref.__path__, "epollref."):
        if module.name.endswith("__main__"):
            continue
        loaded = importlib.import_module(module.name)
        for name, value in vars(loaded).items():
            if isinstance(value, re.Pattern):
                full = f"{module.name}.{name}"
                found.setdefault(value, Used(full, value, name in searched))
    return list(found.values())
