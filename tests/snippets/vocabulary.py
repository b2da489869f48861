"""Which word a step has, and which names a program gives.

The table stands in docs/contributing.md, for people.  The rule reads it
there, so that page and rule cannot differ.
"""

import ast
import re
from collections.abc import Callable
from pathlib import Path

HEADING = "| the step | its word | not |"
WORD = re.compile(r"`(\w+)`")
DEFINED_IN_C = re.compile(
    r"""^(?:static\ )?(?:const\ )?(?:struct\ )?\w+\s[*\s]*(\w+)\(  # function
    | \bstruct\ connection\ \*(\w+)                           # its variable
    | \bint\ (ep\w*)\b""",
    re.MULTILINE | re.VERBOSE,
)


def retired_words(page: Path) -> dict[str, str]:
    """Read the table: from each word that is not used to the one that is."""
    _, _, table = page.read_text().partition(HEADING)
    retired: dict[str, str] = {}
    for row in table.splitlines()[2:]:
        if not row.startswith("|"):
            break
        _, word, others = row.strip("|").split("|")
        retired |= dict.fromkeys(WORD.findall(others), word.strip())
    return retired


def names_in_python(source: str) -> set[str]:
    """Name the functions, attributes and variables that are defined."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.FunctionDef(name=name) | ast.arg(arg=name):
                names.add(name)
            case ast.Name(id=name, ctx=ast.Store()):
                names.add(name)
    return names


def names_in_c(source: str) -> set[str]:
    """Name the functions, connections and epoll instances defined."""
    return {name for found in DEFINED_IN_C.findall(source) for name in found}


NAMES: dict[str, Callable[[str], set[str]]] = {
    ".py": names_in_python,
    ".c": names_in_c,
}
"""How to find the names of a program, by its suffix."""
