"""What the search looks into: sentences, and one entry for each class."""

import json
from pathlib import Path

import pytest
from mkdocs.config.defaults import MkDocsConfig

from tests.proof.site.search import searched
from tests.proof.site.search_index import INDEX, lighter, on_post_build

MARK = 'data-search-exclude="not searched"'
SYMBOL = '<code class="doc-symbol doc-symbol-heading doc-symbol-{}"></code>'


def heading(name: str, kind: str) -> str:
    symbol = SYMBOL.format(kind)
    return f'<h3 id="{name}" class="doc doc-heading">\n{symbol} {name}</h3>'


def api_entry(name: str, kind: str, contents: str) -> str:
    return (
        f'<div class="doc doc-object doc-{kind}">{heading(name, kind)}'
        f'<div class="doc doc-contents">{contents}</div></div>'
    )


def test_programs_and_figures_are_not_searched() -> None:
    assert searched("<p>a</p><pre>b</pre><svg>c</svg>") == (
        f"<p>a</p><pre {MARK}>b</pre><svg {MARK}>c</svg>"
    )


def test_a_mark_is_set_once() -> None:
    """Docstrings come through the extension twice."""
    page = "<pre>b</pre>" + api_entry("Epoll", "class", "<p>1</p><p>2</p>")
    assert searched(searched(page)) == searched(page)


@pytest.mark.parametrize("kind", ["module", "class", "function"])
def test_an_entry_of_the_api_is_found_by_its_first_sentence(kind: str) -> None:
    page = searched(api_entry("x", kind, "<p>one</p><p>two</p><li>it</li>"))
    assert heading("x", kind) in page
    assert f"<p>one</p><p {MARK}>two</p><li {MARK}>it</li>" in page


@pytest.mark.parametrize("kind", ["attribute", "method"])
def test_a_member_has_no_entry(kind: str) -> None:
    page = searched(api_entry("x", kind, "<p>one</p>"))
    assert f"<h3 {MARK} id=" in page


def test_prose_is_left_alone() -> None:
    page = '<h2 id="a">A</h2><p>b</p><table><tr><td>c</td></tr></table>'
    assert searched(page) == page


def test_the_index_is_lighter_than_the_plugin_wrote_it(
    tmp_path: Path,
) -> None:
    file = tmp_path / INDEX
    file.parent.mkdir()
    entries: list[dict[str, object]] = [
        {"location": "page/", "text": "\u2013", "tags": ["busy loop"]},
        {
            "location": "page/#section",
            "text": "<code>b</code>",
            "tags": ["busy loop"],
        },
    ]
    file.write_text(json.dumps({"config": {}, "docs": entries}), "utf-8")
    config = MkDocsConfig()
    config.site_dir = str(tmp_path)
    on_post_build(config)
    entries[1] = {"location": "page/#section", "text": "b"}
    text = file.read_text("utf-8")
    assert json.loads(text) == {"config": {}, "docs": entries}
    assert lighter(text) == text
