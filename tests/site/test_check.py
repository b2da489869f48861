"""The checker is red on every block that no test ran."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.proof.samples.identity import digests
from tests.proof.samples.ledger import (
    UNFINISHED,
    Execution,
    Outcome,
    Page,
    Place,
    Sample,
)
from tests.proof.site.check import check, main, source_of
from tests.proof.site.check_verdict import NEVER
from tests.site.checked_site import PAGE, Site, ledger_of


def test_a_site_whose_blocks_all_ran_is_green(site: Site) -> None:
    """Tabs, titles, entities and highlighted lines make no difference."""
    seen = check(site.folder, site.ledger)
    assert seen.findings == []
    assert seen.samples == 4
    assert seen.exempt == ["docs/a.md: figure: int f(void);"]


EDITS = {
    "an output of a session": ("42", "43"),
    "an example of a session": ("6 * 7", "6 * 8"),
    "a line of Python": ('"<&>"', '"<&"'),
    "a constant in C": ("return 0", "return 1"),
    "a console output": ("\na\n```", "\nb\n```"),
    "a command": ("$ echo a", "$ echo  a"),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_a_block_edited_after_the_run_is_red(
    site: Site, edit: tuple[str, str]
) -> None:
    """The page shows what nobody ran."""
    site.build(PAGE.replace(*edit, 1))
    assert NEVER in site.findings()


ADDED = {
    "indented code": "\nWords.\n\n    print(1)\n",
    "raw HTML": "\n<pre>print(1)</pre>\n",
    "raw HTML with a language": (
        '\n<div class="language-python highlight"><pre><code>print(1)'
        "</code></pre></div>\n"
    ),
    "a fence of no language": "\n```\nprint(1)\n```\n",
    "a fence of another language": "\n```yaml\nx: 1\n```\n",
    "a figure of Python": "\n``` { .python .figure }\nprint(1)\n```\n",
    "a sample twice": "\n```console\n$ echo a\na\n```\n",
    "a session in a quotation": "\n> >>> 1\n",
    "a session in prose": "\n>>> 1\n",
    "a session in a list": "\n- \\>>> 1\n",
}


@pytest.mark.parametrize("added", ADDED.values(), ids=ADDED)
def test_a_block_that_no_test_knows_is_red(site: Site, added: str) -> None:
    """Whatever way it takes to the reader."""
    site.build(PAGE + added)
    assert site.findings()


def test_a_sample_that_ran_on_another_page_is_red_here(site: Site) -> None:
    """Each page proves its own blocks."""
    for sample in site.ledger.samples:
        sample.where = "docs/b.md"
    site.ledger.pages.append(Page("docs/b.md", 0))
    site.build(PAGE)
    assert site.findings().count(NEVER) == 4


def test_a_skipped_sample_is_red(site: Site) -> None:
    """The reason stands beside it."""
    sample = site.ledger.samples[-1]
    sample.outcome, sample.why = Outcome.DID_NOT_RUN, "this machine has no nc"
    site.build(PAGE)
    assert "did not run: this machine has no nc" in site.findings()


def test_a_failed_sample_is_red(site: Site) -> None:
    """And so is the run that it failed in."""
    site.ledger.samples[0].outcome = Outcome.FAILED
    site.ledger.exit_status = 1
    site.build(PAGE)
    assert "failed: a test" in site.findings()
    assert "of a failed run" in site.findings()


def test_the_ledger_of_a_run_that_is_not_whole_is_red(site: Site) -> None:
    """One that was interrupted, or goes on; one that was pieced together."""
    site.build(PAGE)
    assert site.findings() == ""
    site.ledger.exit_status = UNFINISHED
    assert "did not come to its end" in site.findings()
    site.ledger.exit_status = 0
    site.ledger.runs = 2
    assert "put together from 2 runs" in site.findings()
    site.ledger.runs = 1
    site.ledger.planned = [Place("docs/a.md", 5, ""), Place("docs/a.md", 6, "")]
    assert "nothing was heard of 1 samples" in site.findings()


def test_a_site_without_samples_is_red(site: Site) -> None:
    """Nothing that can go wrong proves nothing."""
    site.ledger.samples.clear()
    site.ledger.pages = [Page("docs/a.md", 0)]
    site.build("# Title\n\nWords.\n")
    assert "no sample on it ran" in site.findings()


def test_a_block_that_does_not_reach_the_reader_is_red(site: Site) -> None:
    """It would count as shown, and nobody sees it."""
    site.build(PAGE.replace("```console\n$ echo a\na\n```\n", ""))
    assert "shows 4 blocks, docs/a.md has 5" in site.findings()


def test_a_page_that_is_not_built_is_red(site: Site) -> None:
    """It was tested, and is not there."""
    site.ledger.pages.append(Page("docs/lost.md", 0))
    assert "docs/lost.md: is not on the site" in site.findings()


def test_a_page_that_no_test_knows_is_red(site: Site) -> None:
    """Where it holds code."""
    other = site.folder / "other.html"
    other.write_text("<html><body><p>words</p></body></html>", "utf-8")
    assert site.findings() == ""
    other.write_text("<html><body><pre>x</pre></body></html>", "utf-8")
    assert "no test knows" in site.findings()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("4 of 4 samples ran", "5 of 5 samples ran"),
        ("Linux 6.18", "Linux 6.19"),
        ("ep-badge", "badge"),
    ],
)
def test_a_badge_that_says_something_else_is_red(
    site: Site, old: str, new: str
) -> None:
    """The badge counts by its own means; the checker holds it to his."""
    page = site.build(PAGE)
    assert old in page
    site.write(page.replace(old, new))
    assert "its badge says" in site.findings()


INCLUDE = '# T\n\n```python\n--8<-- "snippets/x.py:all"\n```\n'


@pytest.mark.parametrize(
    ("missed", "outcome", "trouble"),
    [
        ([], Outcome.PASSED, ""),
        ([9], Outcome.PASSED, ""),
        ([3], Outcome.PASSED, "did not run: no test executed all of"),
        ([], Outcome.FAILED, "failed: t"),
        ([3], Outcome.FAILED, "did not run: no test executed all of"),
    ],
)
def test_an_included_section_needs_a_test_that_ran_all_its_lines(
    tmp_path: Path, missed: list[int], outcome: Outcome, trouble: str
) -> None:
    """That the section exists is not enough."""
    shown = INCLUDE.replace('--8<-- "snippets/x.py:all"', "x = 1\ny = 2")
    made = Site(tmp_path, ledger_of(shown))
    (sample,) = made.ledger.samples
    sample.program, sample.shows = "snippets/x.py", [2, 3]
    other = Execution("snippets/y.py", [], "t", Outcome.PASSED)
    run = Execution("snippets/x.py", missed, "t", outcome)
    made.ledger.executions = [other, run]
    made.build(shown)
    assert made.findings() == "" if not trouble else trouble in made.findings()


SIGNATURE = (
    '<div class="doc doc-object"><div class="language-python doc-signature '
    'highlight"><pre><code>f() -&gt; int</code></pre></div>'
    '<div class="language-pycon highlight"><pre><code>&gt;&gt;&gt; f()\n7'
    "</code></pre></div></div>"
)


@pytest.mark.parametrize(("output", "fine"), [("7", True), ("8", False)])
def test_a_docstring_is_a_sample_and_a_signature_is_none(
    site: Site, output: str, fine: bool
) -> None:
    """Its run is the package's, on whichever page it is shown."""
    site.ledger.samples.append(
        Sample(
            where="epollref/epoll.py",
            line=3,
            block=0,
            kind="pycon",
            digest=digests("pycon", f">>> f()\n{output}")[0],
            outcome=Outcome.PASSED,
        )
    )
    site.build(f"{PAGE}\n{SIGNATURE}\n")
    assert (NEVER not in site.findings()) is fine


@pytest.mark.parametrize(
    ("built", "source"),
    [
        ("index.html", "docs/index.md"),
        ("why/index.html", "docs/why.md"),
        ("server/index.html", "docs/server/index.md"),
        ("server/loop/index.html", "docs/server/loop.md"),
        ("why.html", "docs/why.md"),
        ("404.html", None),
    ],
)
def test_a_built_file_is_traced_to_its_page(
    built: str, source: str | None
) -> None:
    """Whether the generator makes folders of pages or not."""
    pages = ("index", "why", "server/index", "server/loop")
    assert source_of(built, {f"docs/{page}.md" for page in pages}) == source


@pytest.mark.parametrize(
    "break_it", [lambda page: page, lambda page: page.replace("42", "43")]
)
def test_the_exit_status_says_it(
    site: Site,
    tmp_path: Path,
    break_it: Callable[[str], str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """0 for green, 1 for red; 2 where there is nothing to read."""
    site.write(break_it(site.build(PAGE)))
    path = tmp_path / "ledger.json"
    site.ledger.save(path)
    red = break_it(PAGE) != PAGE
    assert main([str(site.folder), str(path)]) == red
    assert ("RED" in capsys.readouterr().out) is red
    assert main([str(site.folder), "nowhere.json"]) == 2
    assert main([]) == 2
