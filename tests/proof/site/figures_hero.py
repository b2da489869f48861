"""Draws epoll at a glance: register once, wait, the ready come back.

The program stands above the kernel.  Many descriptors are registered
and a few are ready; those few are what a wait returns.  The same plan
is drawn for a wide and for a narrow screen.
"""

from __future__ import annotations

from tests.proof.site import svg

HEIGHT = 292
STEP = 13
READY = [(0.22, 0.55), (0.53, 0.18), (0.81, 0.72)]
"""Where the ready descriptors lie in the interest list, as fractions."""


def draw() -> str:
    """Draw the figure of the front page in both sizes."""
    return (
        '<figure class="ep-figure ep-hero">'
        f"{_drawing(644, 'fig-wide')}{_drawing(332, 'fig-narrow')}"
        "</figure>"
    )


def _drawing(width: int, kind: str) -> str:
    parts = [
        svg.box(0.5, 0.5, width - 1, 44, class_="fig-box fig-program"),
        svg.text(width / 2, 27, "your program: one thread", class_="fig-who"),
        _arrow(26, 52, 110, "down"),
        svg.text(40, 76, "register once", class_="fig-strong"),
        svg.text(40, 93, "epoll_ctl", class_="fig-code"),
        _arrow(width - 26, 110, 52, "up"),
        *_answer(width),
        _kernel(width),
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


def _answer(width: int) -> list[str]:
    words = ["only the ready come back"]
    if width < 400:
        words = ["only the ready", "come back"]
    x, y = width - 40, 84 - 8 * len(words)
    parts = [
        svg.text(x, y + 16 * line, one, class_="fig-strong fig-end")
        for line, one in enumerate(words)
    ]
    y += 16 * len(words) + 1
    return [*parts, svg.text(x, y, "epoll_wait", class_="fig-code fig-end")]


def _kernel(width: int) -> str:
    top = 116
    ready_width = 92
    interest = width - ready_width - 50
    parts = [
        svg.box(
            0.5, top + 0.5, width - 1, HEIGHT - top - 1, class_="fig-kernel"
        ),
        svg.text(12, top + 20, "interest list", class_="fig-head"),
        svg.text(
            12 + interest,
            top + 20,
            "10,000 descriptors",
            class_="fig-head fig-end",
        ),
        svg.text(
            width - ready_width - 10, top + 20, "ready list", class_="fig-head"
        ),
        _dots(12, top + 32, interest, HEIGHT - top - 44),
        *_ready(width - ready_width - 10, top + 32, ready_width, interest),
    ]
    return "".join(parts)


def _dots(x: float, y: float, width: float, height: float) -> str:
    columns, rows = int(width // STEP), int(height // STEP)
    lit = {_cell(place, columns, rows) for place in READY}
    dots = "".join(
        svg.element(
            "circle",
            cx=x + column * STEP + STEP / 2,
            cy=y + row * STEP + STEP / 2,
            r=4 if (column, row) in lit else 2.6,
            class_="fig-lit" if (column, row) in lit else "fig-dot",
        )
        for row in range(rows)
        for column in range(columns)
    )
    return svg.element("g", dots)


def _ready(x: float, y: float, width: float, interest: float) -> list[str]:
    height = HEIGHT - y - 12
    columns, rows = int(interest // STEP), int(height // STEP)
    parts: list[str] = []
    by_height = sorted(READY, key=lambda place: place[1])
    for number, place in enumerate(by_height):
        column, row = _cell(place, columns, rows)
        start_x = 12 + column * STEP + STEP / 2 + 4
        start_y = y + row * STEP + STEP / 2
        end_y = y + 18 + number * 48
        bend = (start_x + x) / 2
        path = (
            f"M{start_x:.1f} {start_y:.1f}C{bend:.1f} {start_y:.1f} "
            f"{bend:.1f} {end_y:.1f} {x:.1f} {end_y:.1f}"
        )
        parts.append(svg.element("path", d=path, class_="fig-link fig-new"))
        parts.append(
            svg.element(
                "g",
                svg.box(x, end_y - 13, width, 26)
                + svg.text(
                    x + width / 2,
                    end_y + 4.3,
                    ("fd 417", "fd 5206", "fd 9033")[number],
                    class_="fig-name fig-middle",
                ),
                class_="fig-pill fig-ready fig-new",
            )
        )
    return parts


def _cell(
    place: tuple[float, float], columns: int, rows: int
) -> tuple[int, int]:
    return int(place[0] * columns), int(place[1] * rows)


def _arrow(x: float, start: float, end: float, way: str) -> str:
    tip = 6 if way == "up" else -6
    path = (
        f"M{x} {start}V{end}M{x - 5} {end + tip}L{x} {end}L{x + 5} {end + tip}"
    )
    return svg.element("path", d=path, class_=f"fig-arrow fig-{way}")
