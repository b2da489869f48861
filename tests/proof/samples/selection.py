"""Which files hold what a sample needs: found, not listed.

`pytest --samples` collects the pages, the docstrings of the package, and
of the tests those that can note the lines of a program: a test notes by
`executed.note`, so its module imports `executed`, by whatever way. The
plugin fails a test that enters something and is not found here.
"""

from functools import lru_cache
from pathlib import Path

import grimp

TESTS = "tests"
NOTE = "tests.proof.programs.executed"


@lru_cache(maxsize=1)
def noting() -> frozenset[str]:
    """The modules of tests/ that import `executed`, or what imports it."""
    graph = grimp.build_graph(TESTS, cache_dir=None)
    return frozenset(graph.find_downstream_modules(NOTE))


def needed(path: Path, root: Path) -> bool:
    """Tell whether a sample needs what pytest collects from a file.

    Args:
        path: the file.
        root: the project.
    """
    inside = path.relative_to(root)
    if path.suffix == ".md" or inside.parts[0] != TESTS:
        return True
    folders = [parent for parent in inside.parents if parent.parts]
    modules = {_module(folder / "conftest") for folder in folders}
    modules.add(_module(inside.with_suffix("")))
    return bool(modules & noting())


def _module(place: Path) -> str:
    return ".".join(place.parts)
