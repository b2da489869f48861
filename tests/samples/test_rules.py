"""Each rule of epoll says what it is, is shown once, and is played."""

from collections import Counter
from pathlib import Path

import pytest
from markdown import Markdown

from epollref.model.scripts import play_on_model
from tests.proof.project import ROOT
from tests.proof.samples.fences import fences
from tests.proof.samples.rules import (
    FOLDER,
    LABEL,
    LANGUAGE,
    MODEL,
    Rule,
    RuleError,
    expanded,
    markdown,
    played,
    rule,
    rules,
    session,
)

ALL = rules(ROOT)
SCRIPT = """\
# A rule
# detail: ep_poll in fs/eventpoll.c
# It holds
# for ever.

epoll_create1(0) = ep

epoll_wait(ep, [], 8, 0) = 0
"""
FENCE = f"# T\n\n```{LANGUAGE}\nmodes/x\n```\n\nWords.\n"
each_rule = pytest.mark.parametrize("shown", ALL, ids=lambda each: each.name)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with one rule."""
    written(tmp_path, SCRIPT)
    return tmp_path


def written(root: Path, script: str) -> Rule:
    """The rule of a project, written anew."""
    place = root / FOLDER / MODEL / "modes"
    place.mkdir(parents=True, exist_ok=True)
    (place / "x.epoll").write_text(script)
    return rule(root, "modes/x")


@each_rule
def test_a_rule_says_what_it_is_and_how_far_it_goes(shown: Rule) -> None:
    """A title, a label, an explanation, and claims after the setup."""
    script = shown.script
    assert script.title
    assert LABEL.fullmatch(shown.label)
    assert len(script.title) <= 72
    assert not shown.explanation or shown.explanation.endswith(".")
    claimed = [line for line in script.steps if line.result]
    assert claimed, "a rule without a claim shows nothing"
    for line in script.steps:
        if line.name == "epoll_wait":
            assert line.result or "[" in line.args, line.text
    assert not any(step.raced for step in play_on_model(script).steps)


def test_every_rule_stands_on_one_page() -> None:
    """There it is played; a script that no page shows would not be."""
    shown = Counter(
        fence.source.strip()
        for page in (ROOT / "docs").rglob("*.md")
        for fence in fences(page.read_text("utf-8"))
        if fence.language == LANGUAGE
    )
    assert shown == Counter(each.name for each in ALL)


def test_there_are_as_many_rules_as_groups_need() -> None:
    """A check of no rule would hold of anything."""
    groups = {each.name.partition("/")[0] for each in ALL}
    assert groups >= {
        *("errors", "files", "modes", "nesting", "order", "waiters"),
        "watches",
    }
    assert len(ALL) >= 40


def test_a_reader_gets_all_of_a_rule(root: Path) -> None:
    """Title, label, words, the command, and what it prints."""
    assert expanded(root, FENCE) == (
        "# T\n\n"
        "### A rule\n\n"
        '<span class="ep-label ep-detail">implementation detail</span> '
        "`ep_poll` in `fs/eventpoll.c`\n\n"
        "It holds for ever.\n\n"
        '??? example "Run it"\n\n'
        "    ```console\n"
        "    $ epollref model run model/modes/x.epoll\n"
        "    epoll_create1(0)                        = 3<ep>\n"
        "      ep: interest []  ready []\n"
        "    epoll_wait(3<ep>, [], 8, 0)             = 0\n"
        "      ep: interest []  ready []\n"
        "    model and Linux agree on 2 steps\n"
        "    ```\n"
        "\nWords.\n"
    )
    assert expanded(root, "Words.\n") == "Words.\n"


@pytest.mark.parametrize(
    ("label", "pill"),
    [
        ("documented: epoll(7)", "documented</span> `epoll(7)`\n"),
        (
            "documented: epoll(7), notes",
            "documented</span> `epoll(7)`, notes\n",
        ),
        ("observed", "observed</span>\n"),
    ],
)
def test_a_label_says_how_far_to_rely_on_a_rule(
    root: Path, label: str, pill: str
) -> None:
    """And where that is said."""
    lines = SCRIPT.splitlines()
    lines[1] = f"# {label}"
    assert pill in markdown(written(root, "\n".join(lines)))


def test_the_site_knows_a_rule_by_its_heading() -> None:
    """Anchor, contents and permalink are those of any heading."""
    first = ALL[0]
    site = Markdown(
        extensions=["tests.proof.site.rules", "pymdownx.superfences", "toc"]
    )
    page = site.convert(f"# T\n\n```{LANGUAGE}\n{first.name}\n```\n")
    (title,) = getattr(site, "toc_tokens")[0]["children"]  # noqa: B009
    assert title["name"] == first.script.title
    assert f'<h3 id="{title["id"]}">' in page
    assert f"$ epollref model run model/{first.name}.epoll" in page


def test_what_is_shown_is_what_the_command_prints(root: Path) -> None:
    """On both kernels; a wrong claim makes the two differ."""
    shown = rule(root, "modes/x")
    assert played(shown) == session(shown)
    wrong = written(root, SCRIPT.replace("8, 0) = 0", "8, 0) = 1"))
    assert "exit status 1" in played(wrong)
    assert played(wrong) != session(wrong)


@pytest.mark.parametrize(
    ("name", "script", "why"),
    [
        ("modes/y", SCRIPT, "No such file"),
        ("../x", SCRIPT, "no name of a rule"),
        ("modes/x", SCRIPT.replace("detail:", "maybe:"), "not a label"),
        ("modes/x", "# A rule\n", "no call"),
    ],
)
def test_a_rule_that_cannot_be_shown_stops_the_build(
    root: Path, name: str, script: str, why: str
) -> None:
    """With the reason."""
    (root / FOLDER / MODEL / "modes" / "x.epoll").write_text(script)
    with pytest.raises(RuleError, match=f"{name}'.*line 3.*{why}"):
        expanded(root, FENCE.replace("modes/x", name))
