"""No pattern of the package is slow, and none meets a bug of ``re``."""

import random
import re
import sys
from collections.abc import Iterator

import pytest

from tests.proof.patterns.attacks import attacks
from tests.proof.patterns.collecting import Used, misplaced, patterns, sources
from tests.proof.patterns.counting import (
    Counter,
    TooMuchError,
    Tree,
    inside,
    single,
    tree_of,
    words,
)

PATTERNS = patterns()
ATTACKS = 20
"""How many are drawn for each pattern, beside one on each of its parts."""
SHORT = 60
"""Characters of the shorter text; the longer is four times as long."""
GROWTH = 7
"""Times the steps that a text of four times the length may take: they would
be sixteen times as many if they grew as the square of it."""
MOST = 1000
"""Steps for each character that are too many for any text."""


@pytest.fixture(autouse=True)
def _room() -> Iterator[None]:
    """Let the matcher go as deep as a text is long."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(20_000)
    yield
    sys.setrecursionlimit(before)


def slow(used: Used, count: int = ATTACKS) -> tuple[str, str, str] | None:
    """Return an attack on which a pattern takes too many steps."""
    chance = random.Random(used.name)
    for begin, piece, end in attacks(tree_of(used.pattern), count, chance):
        rounds = max(6, SHORT // len(piece))
        short, long = (begin + piece * n + end for n in (rounds, 4 * rounds))
        try:
            steps = _steps(used, short, MOST * len(short) + 200)
            _steps(used, long, GROWTH * steps + 200)
        except TooMuchError:
            return begin, piece, end
    return None


def _steps(used: Used, text: str, limit: int) -> int:
    counter = Counter(used.pattern, limit)
    if used.searches:
        counter.search(text)
    else:
        counter.fullmatch(text)
    return counter.steps


@pytest.mark.parametrize("used", PATTERNS, ids=lambda used: used.name[9:])
def test_no_pattern_goes_back_and_forth(used: Used) -> None:
    """The work grows as the text does: a hostile line takes no hours."""
    assert slow(used) is None


@pytest.mark.parametrize(
    ("pattern", "searches"),
    [
        (r".*: interest \[.*\]  ready \[.*\]$", False),
        (r"(\w+)\((.*)\)\s*=\s*(-?[\w|]+)(?:\s+\(.*\))?", False),
        (r"\{([^,{}]+?)(?:,\s*([^{},]+))?\}", False),
        (r" *[\d.?]+ \( *[\d.]* *(?:ms)?\):.*", False),
        (r"(\d+), (\{.*\}), (\[[^\]]*+\])", False),
        (r'x|"[^"\\]*+(?:\\.[^"\\]*+)*+"', True),
        (r"(a|aa)+b", False),
    ],
)
def test_a_slow_pattern_is_found(pattern: str, searches: bool) -> None:
    """All but the last were in the package."""
    assert slow(Used("a slow one", re.compile(pattern), searches), 400)


def deep_possessives(tree: Tree) -> Iterator[str]:
    """Yield what gh-106052 and gh-101955 are about.

    A possessive quantifier over one character is safe: it is another
    instruction of ``re`` (``POSSESSIVE_REPEAT_ONE``).
    """
    for op, value in tree:
        if op is words.ATOMIC_GROUP:
            yield f"(?>{value})"
        if op is words.POSSESSIVE_REPEAT and single(value[2]) is None:
            yield f"(?:{value[2]})++"
        for each in inside((op, value)):
            yield from deep_possessives(each)


@pytest.mark.parametrize("used", PATTERNS, ids=lambda used: used.name[9:])
def test_no_group_is_possessive(used: Used) -> None:
    """Python 3.11.2, that of Debian 12, forgets what such a group took."""
    assert list(deep_possessives(tree_of(used.pattern))) == []


@pytest.mark.parametrize(
    "pattern", [r"(?:(a)b)?+", r"(?:a|bc)*+", r"x(?:y(?>ab*))", r"(?=(?:ab)++)"]
)
def test_a_possessive_group_is_found(pattern: str) -> None:
    assert list(deep_possessives(tree_of(re.compile(pattern))))


@pytest.mark.parametrize("pattern", [r"a*+", r"[^b]++c", r"(?:(a)b)?"])
def test_a_possessive_character_is_no_group(pattern: str) -> None:
    assert not list(deep_possessives(tree_of(re.compile(pattern))))


def test_every_pattern_has_a_place_where_it_is_found() -> None:
    """Made by ``re.compile``, at the top of a module, under a name."""
    found = {
        f"{path.name}:{line}"
        for path in sources()
        for line in misplaced(path.read_text())
    }
    assert found == set()
    made = sum(path.read_text().count("re.compile(") for path in sources())
    assert len(PATTERNS) == made > 30


@pytest.mark.parametrize(
    "source",
    [
        "import re\nX = re.sub('a', 'b', 'c')",
        "import re\ndef f():\n    return re.compile('a')",
        "import re\ndef f(text):\n    return re.fullmatch('a', text)",
        "from re import compile",
        "import re\nX = [re.compile('a')]",
    ],
)
def test_a_pattern_without_a_place_is_found(source: str) -> None:
    assert list(misplaced(source))


TEXTS = ["", "a", "ab", "aab", '"a\\"b"', "a(b) = 3", "{x, y}", "12.5 (1): q"]
SAMPLES = [
    r"a*b?",
    r"(?:ab|a)*",
    r"[^b]*+b",
    r"(\w+)\((.*)\) = \d{1,2}",
    r'"[^"\\]*+(?:\\.[^"\\]*+)*"',
    r"\{(.+?), (?=y)\w\}",
    r"(?!b)\w+\b",
    r" *+[\d.]++ \(\d+\):.*",
]


@pytest.mark.parametrize("pattern", SAMPLES)
@pytest.mark.parametrize("text", TEXTS)
def test_the_counting_matcher_finds_what_re_finds(
    pattern: str, text: str
) -> None:
    """Otherwise its steps would be those of something else."""
    compiled = re.compile(pattern)
    counter = Counter(compiled)
    assert counter.fullmatch(text) == bool(compiled.fullmatch(text))
    assert (
        counter.search(text)[:1]
        == [found.span() for found in compiled.finditer(text)][:1]
    )
