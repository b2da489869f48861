"""Shows what a long run found, from its result file in docs/data.

    ```results
    kernels
    ```

A number of such a run is written by the run, and by nobody else: pages hold
the name of the file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any, Final

DATA: Final = Path(__file__).parents[2] / "docs" / "data"

Data = Mapping[str, Any]


def draw(name: str) -> str:
    """Return the tables of one result file.

    Args:
        name: `verify`, `mutants` or `kernels`.

    Raises:
        ValueError: There is no such table.
    """
    if name not in _TABLES:
        raise ValueError(f"no results {name!r}: {', '.join(_TABLES)}")
    data = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    return _TABLES[name](data)


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table; numbers are set with commas, to the right."""
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    titles = "".join(f"<th>{escape(title)}</th>" for title in head)
    return (
        '<table class="ep-results">'
        f"<thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table>"
    )


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return f"<td>{'yes' if value else 'no'}</td>"
    if isinstance(value, int):
        return f'<td class="ep-number">{value:,}</td>'
    return f"<td>{escape(str(value))}</td>"


def _kernels(data: Data) -> str:
    kernels = data["kernels"]
    runs = _table(
        ("Kernel", "Package", "Ran", "Calls", "Agreed"),
        (
            (
                kernel["release"],
                kernel["version"] or "this machine's own",
                _RAN[kernel["accel"]],
                kernel["steps"],
                kernel["agreed"],
            )
            for kernel in kernels
        ),
    )
    bits = [
        name
        for name, value in kernels[0]["profile"].items()
        if any(kernel["profile"][name] != value for kernel in kernels)
    ]
    differences = _table(
        ("Measured", *(_short(kernel["release"]) for kernel in kernels)),
        (
            (name, *(kernel["profile"][name] for kernel in kernels))
            for name in bits
        ),
    )
    return (
        f"<p>Run on {escape(data['date'])} by <code>make kernels</code>:</p>"
        f"{runs}<p>What the profiles have in common is left out; "
        f"this is where they differ:</p>{differences}"
    )


def _short(release: str) -> str:
    """Return the first two numbers of a release."""
    return ".".join(release.split(".")[:2])


_RAN: Final = {
    "kvm": "in a virtual machine",
    "tcg": "in an emulator",
    "native": "as it is",
}
_TABLES: Final[dict[str, Callable[[Data], str]]] = {"kernels": _kernels}
