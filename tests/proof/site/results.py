"""Shows what a run found, from its result file in docs/data.

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
from typing import Any, Final

from tests.proof.project import DATA

Data = Mapping[str, Any]


def draw(name: str) -> str:
    """Return the tables of one result file.

    Args:
        name: What a key of `_TABLES` says: a long run, or a measurement.
        name: `verify`, `mutants`, `kernels` or `syn`.

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
        '<div class="ep-results"><table>'
        f"<thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return f"<td>{'yes' if value else 'no'}</td>"
    if isinstance(value, int | float):
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


def _verify(data: Data) -> str:
    """Say how many calls agreed, and show which they were."""
    verdict = "agreed" if data["agreed"] else "did not agree"
    words = (
        f"On {data['date']}, on Linux {data['kernel']} ({data['machine']}, "
        f"Python {data['python']}), {data['steps']:,} calls in "
        f"{data['scripts']:,} scripts {verdict}, from seed {data['seed']}, "
        f"in {data['seconds']:,.0f} seconds."
    )
    calls = _table(("Call", "Compared"), data["calls"].items())
    failed = _table(("Failed with", "Calls"), data["failed"].items())
    return (
        f'<p class="ep-verdict">{escape(words)}</p>'
        "<details><summary>Which calls, and how they failed</summary>"
        f'<div class="ep-beside">{calls}{failed}</div></details>'
    )


def _mutants(data: Data) -> str:
    """Show each wrong belief, and after how many calls it was found."""
    beliefs = data["beliefs"]
    found = sum(any(each["found"]) for each in beliefs)
    words = (
        f"On {data['date']}, on Linux {data['kernel']}: {len(beliefs)} wrong "
        f"beliefs, {found} found, {len(beliefs) - found} proven harmless."
    )
    parts = [f'<p class="ep-verdict">{escape(words)}</p>']
    subjects = dict.fromkeys(each["subject"] for each in beliefs)
    head = ("Belief", *(f"seed {seed}" for seed in data["seeds"]))
    for subject in subjects:
        rows = [each for each in beliefs if each["subject"] == subject]
        parts.append(
            f"<details><summary>{escape(subject)}: {len(rows)}</summary>"
            f"{_table(head, map(_belief, rows))}</details>"
        )
    return "".join(parts)


def _belief(each: Data) -> tuple[object, ...]:
    """Return a row; the reason stands with a belief that is harmless."""
    if each["harmless"]:
        words = f"{each['belief']} (harmless: {each['harmless']})"
        return (words, *("-" for _ in each["found"]))
    return (each["belief"], *(n or "-" for n in each["found"]))


def _measured(data: Data) -> str:
    """Show what one of the measuring commands saved (`measured.save`)."""
    where = data["machine"]
    words = (
        f"{data['how']} Measured on {where['date']}, on {where['kernel']} "
        f"({where['machine']}, Python {where['python']})."
    )
    return (
        f"{_table(data['head'], data['rows'])}"
        f'<p class="ep-verdict">{escape(words)}</p>'
    )


def _syn(data: Data) -> str:
    """Say when a SYN that was dropped is sent again."""
    linear = data["tcp_syn_linear_timeouts"]
    words = (
        f"On {data['date']}, on {data['kernel']} ({data['machine']}), with "
        f"tcp_syn_linear_timeouts {'missing' if linear is None else linear}, "
        "a SYN that was dropped was sent again after "
        f"{', '.join(f'{each:.1f}' for each in data['seconds'])} seconds."
    )
    return f'<p class="ep-verdict">{escape(words)}</p>'


_RAN: Final = {
    "kvm": "in a virtual machine",
    "tcg": "in an emulator",
    "native": "as it is",
}
_TABLES: Final[dict[str, Callable[[Data], str]]] = {
    "kernels": _kernels,
    "modes": _measured,
    "mutants": _mutants,
    "slack": _measured,
    "syn": _syn,
    "verify": _verify,
}
