"""Draws epoll at a glance: register once, wait, the ready come back.

The program stands above the kernel.  Many descriptors are registered
and a few are ready; those few are what a wait returns.  The same plan
is drawn for a wide and for a narrow screen.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.proof.site import svg

HEIGHT, KERNEL, STEP = 292, 116, 13
TOP, PILL, GAP = KERNEL + 32, 92, 48
"""Where the lists begin; the width of an entry of the ready list, and
from one to the next."""
READY = {
    "fd 417": (0.53, 0.18),
    "fd 5206": (0.22, 0.55),
    "fd 9033": (0.81, 0.72),
}
"""The ready, and where they lie in the interest list, as fractions."""


def draw() -> str:
    """Draw the figure of the front page in both sizes."""
    wide = _drawing(644, "fig-wide")
    narrow = _drawing(332, "fig-narrow")
    return f'<figure class="ep-figure ep-hero">{wide}{narrow}</figure>'


def _drawing(width: int, kind: str) -> str:
    columns = (width - PILL - 50) // STEP
    left, right, middle = 12, width - 10, width / 2
    parts = [
        svg.box(0.5, 0.5, width - 1, 44, class_="fig-box fig-program"),
        svg.text(middle, 27, "your program: one thread", class_="fig-who"),
        _arrow("down", 26, 110, 104),
        svg.text(40, 76, "register once", class_="fig-strong"),
        svg.text(40, 93, "epoll_ctl", class_="fig-code"),
        _arrow("up", width - 26, 52, 58),
        svg.text(
            width - 40, 76, "only the ready return", class_="fig-strong fig-end"
        ),
        svg.text(width - 40, 93, "epoll_wait", class_="fig-code fig-end"),
        svg.box(
            0.5,
            KERNEL + 0.5,
            width - 1,
            HEIGHT - KERNEL - 1,
            class_="fig-kernel",
        ),
        svg.text(left, KERNEL + 20, "interest list", class_="fig-head"),
        svg.text(
            left + columns * STEP,
            KERNEL + 20,
            "10,000 descriptors",
            class_="fig-head fig-end",
        ),
        svg.text(right - PILL, KERNEL + 20, "ready list", class_="fig-head"),
        *_lists(left, columns, right - PILL),
    ]
    return svg.picture(
        width,
        HEIGHT,
        parts,
        "epoll at a glance",
        "A program registers ten thousand descriptors once with epoll_ctl. "
        "The kernel keeps them in the interest list and links the three "
        "that are ready into the ready list. epoll_wait returns those three.",
        kind,
    )


def _lists(left: int, columns: int, right: int) -> Iterator[str]:
    """Draw all that are watched, and lead from the ready to their list."""
    rows = (HEIGHT - TOP - 12) // STEP
    lit = {
        (int(x * columns), int(y * rows)): name
        for name, (x, y) in READY.items()
    }
    for row in range(rows):
        for column in range(columns):
            x, y = left + (column + 0.5) * STEP, TOP + (row + 0.5) * STEP
            name = lit.get((column, row))
            kind, radius = ("fig-lit", 4.0) if name else ("fig-dot", 2.6)
            yield svg.element("circle", cx=x, cy=y, r=radius, class_=kind)
            if name:
                end = TOP + 18 + list(READY).index(name) * GAP
                bend = (x + right) / 2
                path = f"M{x + 4:g} {y:g}C{bend:g} {y:g} {bend:g} {end} "
                path += f"{right} {end}"
                yield svg.element("path", d=path, class_="fig-link fig-new")
                pill = svg.box(right, end - 13, PILL, 26) + svg.text(
                    right + PILL / 2,
                    end + 4.3,
                    name,
                    class_="fig-name fig-middle",
                )
                yield svg.element(
                    "g", pill, class_="fig-pill fig-ready fig-new"
                )


def _arrow(way: str, x: int, tip: int, back: int) -> str:
    path = f"M{x} {162 - tip}V{tip}M{x - 5} {back}L{x} {tip}L{x + 5} {back}"
    return svg.element("path", d=path, class_=f"fig-arrow fig-{way}")
