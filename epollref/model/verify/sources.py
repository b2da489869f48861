"""What a comparison rests on: a digest of the model and of what compares it.

A result is worth as much as the sources it was made with.  The digest is
taken of every module that a comparison imports, except what only shortens
and prints a difference.  Of the values of calls it counts how they are made,
not how they are read and written.  Comments, docstrings, layout, the names of
modules and the import lines do not count: a file may be moved, and a sentence
mended, without a run of ten million calls.
"""

import ast
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

PACKAGE: Final = Path(__file__).parents[2]
BEGIN: Final = (
    "epollref.model.host.calibrate",
    "epollref.model.verify.compare",
)
LEFT_OUT: Final = frozenset({"epollref.model.verify.shortened"})


def digest(package: Path = PACKAGE) -> str:
    """Return the digest of the sources of a comparison.

    Args:
        package: The folder of epollref.

    Returns:
        64 hexadecimal digits.

    Raises:
        OSError: A source is not there.
    """
    parts = sorted(set(map(digest_of, sources(package))))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def sources(package: Path = PACKAGE) -> list[Path]:
    """Return the files that a comparison is made of.

    Args:
        package: The folder of epollref.
    """
    waiting = list(BEGIN)
    found: dict[str, Path] = {}
    while waiting:
        name = waiting.pop()
        if name in found or name in LEFT_OUT:
            continue
        found[name] = _file(package, name)
        waiting += _imported(package, found[name])
    return sorted(found.values())


def _file(package: Path, name: str) -> Path:
    path = package.joinpath(*name.split(".")[1:])
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def _imported(package: Path, file: Path) -> Iterator[str]:
    """Name the modules of epollref that a module imports."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ImportFrom) or node.module is None:
            continue
        if node.module.partition(".")[0] != "epollref":
            continue
        for name in (f"{node.module}.{alias.name}" for alias in node.names):
            is_module = _file(package, name).exists()
            yield name if is_module else node.module


def digest_of(file: Path) -> str:
    """Return the digest of one source.

    Args:
        file: The module.
    """
    tree: ast.AST | list[ast.AST]
    tree = ast.parse(file.read_text(encoding="utf-8"))
    if "epollref/trace/" in file.as_posix():
        tree = list(filter(_makes, ast.walk(tree)))
    text = repr(_plain(tree))
    return hashlib.sha256(text.encode()).hexdigest()


def _makes(node: ast.AST) -> bool:
    """Say whether a piece of syntax is how a call is made."""
    return isinstance(node, ast.FunctionDef) and node.name == "make"


def _plain(node: object) -> object:
    """Return what a piece of syntax means, the same in each Python.

    Empty fields are left out, because later versions add some.
    """
    if isinstance(node, list):
        return [_plain(each) for each in node if not _silent(each)]
    if not isinstance(node, ast.AST):
        return node
    fields = ((name, _plain(value)) for name, value in ast.iter_fields(node))
    said = [(name, value) for name, value in fields if value not in (None, [])]
    return (type(node).__name__, said)


def _silent(node: object) -> bool:
    """Say whether a statement is an import or a docstring."""
    if isinstance(node, ast.Expr):
        value = node.value
        return isinstance(value, ast.Constant) and isinstance(value.value, str)
    return isinstance(node, ast.Import | ast.ImportFrom)
