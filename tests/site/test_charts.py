"""A chart is its data file, drawn the same way every time."""

from __future__ import annotations

import json
import re

import pytest
from lxml import html
from pymdownx.superfences import (  # type: ignore[import-untyped] # no types
    SuperFencesException,
)

from tests.proof.project import DATA
from tests.proof.site import figures, figures_chart, measure_scan

CHARTS = sorted(
    path.name
    for path in DATA.glob("*.json")
    if "series" in json.loads(path.read_text())
)


def chart(name: str) -> figures_chart.Chart:
    return figures_chart.parse((DATA / name).read_text())


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_drawn_alike_twice(name: str) -> None:
    """Does a build leave the page as it was where the data did not change?"""
    first, second = (
        figures_chart.render(chart(name), "wide") for _round in range(2)
    )
    assert first == second


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_leaves_colours_and_fonts_to_the_theme(name: str) -> None:
    """Is nothing left of the stand-in colours, or a style of its own?"""
    drawing = figures_chart.draw(name)
    assert not re.search(r"(?:fill|stroke): #|<style|DejaVu", drawing)
    ids = re.findall(r' id="([^"]+)"', drawing)
    assert len(ids) == len(set(ids))
    missing = set(re.findall(r"url\(#([^)]+)\)", drawing)) - set(ids)
    assert not missing


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_has_words_and_numbers_for_those_who_do_not_see(
    name: str,
) -> None:
    """Are the lines described, and all numbers in a table?"""
    figure = html.fragment_fromstring(figures_chart.draw(name))
    (wide, narrow) = figure.xpath("//svg[@role='img'][title]/desc/text()")
    assert wide == narrow
    assert all(one.name in wide for one in chart(name).series)
    numbers = set(figure.xpath("//table//td/text()"))
    for one in chart(name).series:
        assert {str(y) for _x, y in one.points} <= numbers


@pytest.mark.parametrize("name", CHARTS)
def test_the_data_say_how_and_where_they_were_measured(name: str) -> None:
    """Can a reader judge the numbers?"""
    raw = json.loads((DATA / name).read_text())
    assert raw["how"]
    assert set(raw["machine"]) == {"kernel", "machine", "python", "date"}


def test_a_chart_without_data_stops_the_build() -> None:
    """Is a wrong name an error, not an empty figure?"""
    with pytest.raises(SuperFencesException, match=r"none\.json"):
        figures.chart("none.json")


def test_the_measurement_asks_each_interface_the_same() -> None:
    """Do select, poll and epoll find the one descriptor that is ready?"""
    series = measure_scan.measure([3], all_ready=False, rounds=1)
    assert {name: len(points) for name, points in series.items()} == {
        "select": 1,
        "poll": 1,
        "epoll": 1,
    }
