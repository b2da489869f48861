"""The order in which epollref is read, from the contracts that hold it.

`pyproject.toml` says of each package in which order its modules import each
other; import-linter holds them to it. What the site says of the order is
made from the same lines, the last of which is read first.
"""

import ast
import itertools
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tests.proof.project import ROOT

PACKAGE = "epollref"
NAMED = re.compile(r"``(\w+)``")


class UnorderedError(ValueError):
    """A package whose order of reading no contract says."""


@dataclass(frozen=True, slots=True)
class Module:
    """A module or a package.

    Attributes:
        name: with dots.
        idea: the first line of its docstring, without the full stop.
        is_package: whether it holds other modules.
    """

    name: str
    idea: str
    is_package: bool


def in_order(container: str, root: Path = ROOT) -> Iterator[str]:
    """Name what a package holds in the order of reading, itself first.

    Args:
        container: the package, with dots.
        root: the project.

    Raises:
        UnorderedError: no contract is about the package, or about one in it.
    """
    yield container
    if not _place(container, root).is_dir():
        return
    for name in children(container, root):
        yield from in_order(f"{container}.{name}", root)


def children(container: str, root: Path = ROOT) -> list[str]:
    """The modules directly in a package, in the order of reading.

    Raises:
        UnorderedError: no contract is about the package.
    """
    layers = _orders(root).get(container)
    if layers is None:
        raise UnorderedError(
            f"pyproject.toml has no contract of layers for {container}"
        )
    return [name for layer in reversed(layers) for name in _names(layer)]


def _names(layer: str) -> list[str]:
    """The modules of a layer, in the order in which it names them."""
    return [name.strip(" ()") for name in layer.replace(":", "|").split("|")]


def disorder(root: Path = ROOT) -> Iterator[str]:
    """Say where the docstring of a package tells another order.

    It names each module once at least; where modules stand in one layer, it
    puts them in the order that is the better one to read.
    """
    for container, layers in _orders(root).items():
        if container.partition(".")[0] != PACKAGE:
            continue
        rank = {
            name: place
            for place, layer in enumerate(reversed(layers))
            for name in _names(layer)
        }
        told = [
            name
            for name in dict.fromkeys(
                NAMED.findall(_docstring(container, root))
            )
            if name in rank
        ]
        for name in rank.keys() - set(told):
            yield f"{container} does not say where {name} is read"
        for before, name in itertools.pairwise(told):
            if rank[before] > rank[name]:
                yield f"{container} tells {before} before {name}"


def module(name: str, root: Path = ROOT) -> Module:
    """Read what a module is about."""
    idea = _docstring(name, root).split("\n")[0].rstrip(".")
    return Module(name, idea, _place(name, root).is_dir())


def _place(name: str, root: Path) -> Path:
    """The folder of a package; of a module, where its file has an ending."""
    return root.joinpath(*name.split("."))


def _docstring(name: str, root: Path) -> str:
    place = _place(name, root)
    file = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
    return ast.get_docstring(ast.parse(file.read_text("utf-8"))) or ""


def every_module(root: Path = ROOT) -> set[str]:
    """The modules and packages that lie in the package's folder."""
    found = set()
    for file in (root / PACKAGE).rglob("*.py"):
        parts = file.relative_to(root).with_suffix("").parts
        found.add(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return found


@lru_cache(maxsize=1)
def _orders(root: Path) -> dict[str, list[str]]:
    with open(root / "pyproject.toml", "rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    return {
        container: contract["layers"]
        for contract in contracts
        if contract["type"] == "layers"
        for container in contract["containers"]
    }
