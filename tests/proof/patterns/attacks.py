"""Texts on which a pattern may go back and forth.

A pattern is slow on a text that repeats what some part of it takes, behind
what leads there, and that does not end as the pattern wants.  So for each
part of a pattern a text is drawn that it takes; the attack is the beginning,
the piece many times, and a wrong end.
"""

import random
from collections.abc import Iterator
from typing import Any

from tests.proof.patterns.counting import REPEATS, Node, Tree, inside, words

MORE = 3
"""Rounds of a repetition that are drawn, beyond the least."""
LONGEST = 8
"""Nodes of a part, words counted as one."""
ALPHABET = [chr(code) for code in range(32, 127)] + ["\\", '"', "\n", "é"]
NASTY = ['\\"a', '"[', "}, [", ") = 1 (", ")=a (", "[]  ready [", "<a:[", " "]
"""Pieces that cross the parts of a pattern: most of them were slow once."""
CATEGORIES = {
    words.CATEGORY_DIGIT: "0",
    words.CATEGORY_SPACE: " ",
    words.CATEGORY_WORD: "a",
    words.CATEGORY_NOT_SPACE: "a",
}


def _one_of(items: Any, chance: random.Random) -> str:
    """Return a character that a set takes."""
    taken, negated = set(), False
    for op, value in items:
        if op is words.NEGATE:
            negated = True
        elif op is words.LITERAL:
            taken.add(chr(value))
        elif op is words.RANGE:
            taken |= {chr(value[0]), chr(value[1])}
        else:
            taken.add(CATEGORIES[value])
    if not negated:
        return chance.choice(sorted(taken))
    return chance.choice([sign for sign in ALPHABET if sign not in taken])


def drawn(tree: Tree, chance: random.Random) -> str:
    """Return a text that a tree mostly takes."""
    return "".join(_drawn(node, chance) for node in tree)


def _drawn(node: Node, chance: random.Random) -> str:
    op, value = node
    if op is words.LITERAL:
        return chr(value)
    if op is words.IN:
        return _one_of(value, chance)
    if op is words.NOT_LITERAL:
        return chance.choice([c for c in ALPHABET if c != chr(value)])
    if op is words.ANY:
        return chance.choice(ALPHABET)
    if op is words.SUBPATTERN:
        return drawn(value[3], chance)
    if op is words.ATOMIC_GROUP:
        return drawn(value, chance)
    if op is words.BRANCH:
        return drawn(chance.choice(value[1]), chance)
    if op in REPEATS:
        least, most, tree = value
        rounds = min(most, least + chance.randrange(MORE))
        return "".join(drawn(tree, chance) for _ in range(rounds))
    return ""


def _cuts(tree: Tree) -> list[int]:
    """Return where a tree may be cut: not inside a word."""
    literal = words.LITERAL
    return [
        at
        for at in range(len(tree) + 1)
        if at in (0, len(tree))
        or (tree[at - 1][0], tree[at][0]) != (literal, literal)
    ]


def _parts(tree: Tree) -> Iterator[tuple[list[Node], Tree]]:
    """Yield what leads to each part of a tree, and the part."""
    cuts = _cuts(tree)
    for at, begin in enumerate(cuts):
        for end in cuts[at + 1 : at + 1 + LONGEST]:
            yield list(tree[:begin]), tree[begin:end]
    for at, node in enumerate(tree):
        for each in inside(node):
            for leading, part in _parts(each):
                yield [*tree[:at], *leading], part


def attacks(
    tree: Tree, count: int, chance: random.Random
) -> Iterator[tuple[str, str, str]]:
    """Yield attacks: a beginning, a piece to repeat, an end.

    Args:
        tree: The pattern.
        count: How many.
        chance: Where they are drawn from.
    """
    parts = list(_parts(tree))
    for number in range(len(parts) + count):
        before, part = (
            parts[number] if number < len(parts) else (chance.choice(parts))
        )
        piece = drawn(part, chance)
        while not piece or (number >= len(parts) and chance.random() < 0.5):
            piece += drawn(chance.choice(parts)[1], chance)
        if number >= len(parts) and chance.random() < 0.3:
            piece = chance.choice(NASTY)
        beginning = drawn(before, chance)
        if number >= len(parts) and chance.random() < 0.2:
            beginning = ""
        yield beginning, piece, chance.choice(["x", "\0", drawn(tree, chance)])
