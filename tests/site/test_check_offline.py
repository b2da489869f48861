"""The checker is red on what a page fetches from another host."""

import pytest

from tests.site.checked_site import PAGE, Site

FETCHES = {
    "a script": '<script src="https://a.example/x.js"></script>',
    "a script without a scheme": '<script src="//a.example/x.js"></script>',
    "a style": '<link rel="stylesheet" href="https://a.example/x.css">',
    "a font": '<link rel="preload" as="font" href="https://a.example/f">',
    "a connection": '<link rel="preconnect" href="https://a.example">',
    "an image": '<img src="http://a.example/x.png">',
    "a set of images": '<img srcset="x.png 1x, https://a.example/x.png 2x">',
    "a frame": '<iframe src="https://a.example/"></iframe>',
    "a style in the page": "<style>@import 'https://a.example/x';</style>",
    "a style of an element": (
        '<p style="background: url(https://a.example/x.png)">x</p>'
    ),
    "a call": "<script>fetch('https://a.example/x')</script>",
}


@pytest.mark.parametrize("piece", FETCHES.values(), ids=FETCHES)
def test_what_is_fetched_from_another_host_is_red(
    site: Site, piece: str
) -> None:
    """A reader on a train reads the same site."""
    site.write(site.build(PAGE) + piece)
    assert "fetches " in site.findings()


def test_a_link_to_another_host_is_fine(site: Site) -> None:
    """Nothing is fetched until a reader follows it."""
    page = site.build(PAGE)
    site.write(
        page + '<a href="https://a.example/">a</a>'
        '<link rel="canonical" href="https://a.example/">'
    )
    assert site.findings() == ""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("assets/x.css", "@font-face { src: url(https://a.example/f) }"),
        ("assets/x.css", '@import "//a.example/x.css";'),
        ("assets/x.js", 'load("https://a.example/x.js")'),
    ],
)
def test_a_file_that_fetches_is_red(site: Site, name: str, text: str) -> None:
    """Style sheets and scripts are read too."""
    place = site.folder / name
    place.parent.mkdir()
    place.write_text(text, "utf-8")
    assert f"{name}: fetches " in site.findings()
