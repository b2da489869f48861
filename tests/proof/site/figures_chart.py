"""Draws a chart from a JSON file under docs/data.

A script measures and writes the file (`measure_scan` is one); the build
only draws it.  Matplotlib makes the SVG with its text as text.  It is
given stand-in colours, which become the site's CSS variables here, so
that one chart follows both themes.  A chart is drawn twice, for wide
and for narrow screens, for text in an SVG shrinks with it; the numbers
stand below in a folded table.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from tests.proof.project import DATA
from tests.proof.site.svg import rem

INK, MUTED, LINE = "#010101", "#020202", "#030303"
SERIES = ["#0a0a01", "#0a0a02", "#0a0a03", "#0a0a04"]
VARIABLES = {
    INK: "--md-default-fg-color",
    MUTED: "--md-default-fg-color--light",
    LINE: "--ep-line",
    **{color: f"--ep-series-{n}" for n, color in enumerate(SERIES, 1)},
}
SIZES = {"wide": (640.0, 330.0), "narrow": (332.0, 300.0)}
POINTS = 72
"""Matplotlib's SVG has 72 units an inch; they are pixels here."""

Point = tuple[float, float]


@dataclass(frozen=True)
class Series:
    """One line of a chart."""

    name: str
    points: Sequence[Point]


@dataclass(frozen=True)
class Chart:
    """What the data file says."""

    title: str
    how: str
    x: str
    y: str
    log: bool
    series: Sequence[Series]


def parse(text: str) -> Chart:
    """Read a data file.

    Raises:
        KeyError: The file lacks something that a chart needs.
    """
    raw: dict[str, Any] = json.loads(text)
    where = raw["machine"]
    facts = (
        f"{where['kernel']} on {where['machine']}, "
        f"Python {where['python']}, {where['date']}."
    )
    return Chart(
        title=raw["title"],
        how=f"{raw['how']} {facts}",
        x=raw["x"]["label"],
        y=raw["y"]["label"],
        log=raw["y"].get("scale") == "log",
        series=[
            Series(one["name"], [(x, y) for x, y in one["points"]])
            for one in raw["series"]
        ],
    )


def draw(name: str) -> str:
    """Draw the data file `name` as an HTML figure."""
    text = (DATA / name).read_text(encoding="utf-8")
    return _draw(text)


@cache
def _draw(text: str) -> str:
    chart = parse(text)
    drawings = "".join(render(chart, size) for size in SIZES)
    return (
        '<figure class="ep-figure ep-chart">'
        f"<figcaption>{escape(chart.title)}</figcaption>"
        f'{drawings}<p class="ep-note">{escape(chart.how)}</p>'
        f"<details><summary>The numbers</summary>{_table(chart)}</details>"
        "</figure>"
    )


def render(chart: Chart, size: str) -> str:
    """Draw one of the two sizes as inline SVG."""
    width, height = SIZES[size]
    with mpl.rc_context():
        mpl.rc("svg", fonttype="none", hashsalt="epollref")
        mpl.rc("font", size=11.5)
        mpl.rc("axes", edgecolor=LINE)
        mpl.rc("text", color=INK)
        mpl.rc("path", simplify=False)
        figure = Figure(figsize=(width / POINTS, height / POINTS))
        axes = figure.add_axes(_plot_area(width, height))
        _plot(axes, chart)
        out = io.StringIO()
        figure.savefig(out, format="svg", transparent=True)
    return _inline(out.getvalue(), chart, size)


def _plot_area(
    width: float, height: float
) -> tuple[float, float, float, float]:
    left, right, top, bottom = 52.0, 46.0, 30.0, 44.0
    return (
        left / width,
        bottom / height,
        (width - left - right) / width,
        (height - top - bottom) / height,
    )


def _plot(axes: Axes, chart: Chart) -> None:
    if chart.log:
        axes.set_xscale("log")
        axes.set_yscale("log")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(LogLocator(base=10, numticks=12))
            axis.set_minor_locator(NullLocator())
    axes.grid(axis="y", color=LINE, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelcolor=MUTED, pad=6)
    for side in ("left", "right", "top"):
        axes.spines[side].set_visible(False)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:,.0f}"))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: _number(v)))
    axes.set_xlabel(chart.x, color=MUTED, labelpad=8)
    axes.set_title(chart.y, loc="left", x=0, color=MUTED, fontsize=11.5)
    for color, series in zip(SERIES, chart.series, strict=False):
        xs, ys = zip(*series.points, strict=True)
        axes.plot(xs, ys, color=color, linewidth=2, marker="o", markersize=4)
        _label(axes, chart, series, color)


def _label(axes: Axes, chart: Chart, series: Series, color: str) -> None:
    """Write the name of a line at its end, clear of the other lines."""
    x, y = series.points[-1]
    others = [dict(one.points).get(x) for one in chart.series]
    offset, across = (8.0, 0.0), "left"
    if x < max(one.points[-1][0] for one in chart.series):
        highest = all(other is None or other <= y for other in others)
        offset = (-4.0, 10.0) if highest else (4.0, -12.0)
        across = "right" if highest else "left"
    axes.annotate(
        series.name,
        (x, y),
        xytext=offset,
        textcoords="offset points",
        color=color,
        ha=across,
        va="center",
        fontweight="bold",
        annotation_clip=False,
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"


def _inline(raw: str, chart: Chart, size: str) -> str:
    """Turn a file of Matplotlib into inline SVG in the site's colours."""
    body = raw[raw.index("<svg") :]
    body = body[body.index(">") + 1 : body.rindex("</svg>")]
    # The style element would restyle the whole page.
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    body = re.sub(r"<style[^>]*>.*?</style>", "", body, flags=re.DOTALL)
    body = re.sub(r"<!--.*?-->", "", body, flags=re.DOTALL)
    for color, variable in VARIABLES.items():
        body = body.replace(color, f"var({variable})")
    body = re.sub(
        r"font-family: [^;\"]+",
        "font-family: var(--md-text-font-family)",
        body,
    )
    mark = hashlib.sha256(f"{size}{body}".encode()).hexdigest()[:8]
    body = re.sub(r' id="(?:figure|axes|patch|line2d|text|xtick|ytick|'
                  r'matplotlib\.axis)_\d+"', "", body)  # fmt: skip
    body = re.sub(r'\bid="', f'id="c{mark}-', body)
    body = body.replace("xlink:href", "href")
    body = re.sub(r'href="#', f'href="#c{mark}-', body)
    body = body.replace("url(#", f"url(#c{mark}-")
    body = re.sub(r"\s*\n\s*", " ", body)
    width, height = SIZES[size]
    return (
        f'<svg class="fig fig-chart fig-{size}" role="img" '
        f'viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" '
        f'style="width:{rem(width)}" '
        f'aria-labelledby="c{mark}-t c{mark}-d">'
        f'<title id="c{mark}-t">{escape(chart.title)}</title>'
        f'<desc id="c{mark}-d">{escape(_spoken(chart))}</desc>'
        f"{body}</svg>"
    )


def _spoken(chart: Chart) -> str:
    ends = "; ".join(
        f"{one.name}: {one.points[0][1]:g} at {one.points[0][0]:,g}, "
        f"{one.points[-1][1]:g} at {one.points[-1][0]:,g}"
        for one in chart.series
    )
    return f"{chart.y} against {chart.x}. {ends}."


def _table(chart: Chart) -> str:
    xs = sorted({x for one in chart.series for x, _y in one.points})
    values = [dict(one.points) for one in chart.series]
    head = "".join(
        f"<th>{escape(name)}</th>"
        for name in (chart.x, *(one.name for one in chart.series))
    )
    rows = "".join(
        f"<tr><td>{x:,g}</td>"
        + "".join(f"<td>{one.get(x, '')}</td>" for one in values)
        + "</tr>"
        for x in xs
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
