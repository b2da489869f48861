"""A matcher that goes back and forth as ``re`` does, and counts its steps.

How long a pattern takes cannot be measured on a busy machine; how many
characters it looks at can.  The matcher walks the tree that ``re`` itself
compiles (``re._parser``), tries alternatives in the same order, and gives
back in the same order.  ``re`` skips some work that is counted here, never
more than a fixed share of it.
"""

import importlib
import re
from collections.abc import Iterator, Sequence
from typing import Any

parser: Any = importlib.import_module("re._parser")
compiler: Any = importlib.import_module("re._compiler")
words: Any = importlib.import_module("re._constants")

Node = tuple[Any, Any]
Tree = Sequence[Node]

ONE = (words.LITERAL, words.NOT_LITERAL, words.ANY, words.IN)
"""Nodes that match one character."""
REPEATS = (words.MAX_REPEAT, words.MIN_REPEAT, words.POSSESSIVE_REPEAT)


class TooMuchError(Exception):
    """More steps than were allowed."""


def tree_of(pattern: re.Pattern[str]) -> Tree:
    """Return the tree of a pattern."""
    tree: Tree = parser.parse(pattern.pattern, pattern.flags).data
    return tree


def single(tree: Tree) -> Node | None:
    """Return the node of a tree that matches one character, or None."""
    if len(tree) != 1:
        return None
    op, value = tree[0]
    if op is words.SUBPATTERN and value[0] is None:
        return single(value[3])
    return tree[0] if op in ONE else None


def inside(node: Node) -> list[Tree]:
    """Return the trees inside a node."""
    op, value = node
    if op is words.SUBPATTERN:
        return [value[3]]
    if op is words.ATOMIC_GROUP:
        return [value]
    if op is words.BRANCH:
        return list(value[1])
    if op in REPEATS:
        return [value[2]]
    if op in (words.ASSERT, words.ASSERT_NOT):
        return [value[1]]
    return []


class Counter:
    """Matches one pattern, and counts.

    Args:
        pattern: The pattern.
        limit: Steps after which it gives up.
    """

    def __init__(self, pattern: re.Pattern[str], limit: int = 1 << 40) -> None:
        self._tree = tree_of(pattern)
        self._flags = pattern.flags
        self._limit = limit
        self._ones: dict[int, re.Pattern[str]] = {}
        self._text = ""
        self.steps = 0

    def fullmatch(self, text: str) -> bool:
        """Match all of a text."""
        self._text, self.steps = text, 0
        return any(end == len(text) for end in self._ends(self._tree, 0, 0))

    def search(self, text: str) -> list[tuple[int, int]]:
        """Return where the pattern matches, as ``finditer`` finds it."""
        self._text, self.steps = text, 0
        found, at = [], 0
        while at <= len(text):
            end = next(self._ends(self._tree, 0, at), None)
            if end is None:
                at += 1
            else:
                found.append((at, end))
                at = max(end, at + 1)
        return found

    def _step(self, count: int = 1) -> None:
        self.steps += count
        if self.steps > self._limit:
            raise TooMuchError

    def _is(self, node: Node, at: int) -> bool:
        """Say whether the character at a place fits."""
        self._step()
        if at >= len(self._text):
            return False
        one = self._ones.get(id(node))
        if one is None:
            tree = parser.SubPattern(parser.State(), [node])
            tree.state.flags = self._flags
            one = self._ones[id(node)] = compiler.compile(tree, self._flags)
        return one.match(self._text, at) is not None

    def _ends(self, tree: Tree, begin: int, at: int) -> Iterator[int]:
        """Yield where nodes of a tree may end, in the order of ``re``."""
        for index in range(begin, len(tree)):
            op, value = node = tree[index]
            if op in ONE:
                if not self._is(node, at):
                    return
                at += 1
                continue
            for end in self._node(op, value, at):
                yield from self._ends(tree, index + 1, end)
            return
        yield at

    def _node(self, op: Any, value: Any, at: int) -> Iterator[int]:
        self._step()
        if op in REPEATS:
            yield from self._repeat(op, value, at)
        elif op is words.SUBPATTERN:
            yield from self._ends(value[3], 0, at)
        elif op is words.BRANCH:
            for tree in value[1]:
                self._step()
                yield from self._ends(tree, 0, at)
        elif op is words.ATOMIC_GROUP:
            end = next(self._ends(value, 0, at), None)
            if end is not None:
                yield end
        elif self._holds(op, value, at):
            yield at

    def _holds(self, op: Any, value: Any, at: int) -> bool:
        """Say whether a condition holds that takes no character."""
        if op is words.AT:
            return self._place(value, at)
        if op not in (words.ASSERT, words.ASSERT_NOT):
            raise NotImplementedError(op)
        direction, tree = value
        if direction < 0:
            raise NotImplementedError("looking back")
        found = next(self._ends(tree, 0, at), None) is not None
        return found == (op is words.ASSERT)

    def _place(self, where: Any, at: int) -> bool:
        """Say whether a place is a beginning, an end, a boundary."""
        signs = {
            words.AT_BEGINNING: "^",
            words.AT_END: "$",
            words.AT_END_STRING: r"\Z",
            words.AT_BOUNDARY: r"\b",
        }
        return re.compile(signs[where]).match(self._text, at) is not None

    def _repeat(self, op: Any, value: Any, at: int) -> Iterator[int]:
        least, most, tree = value
        one = single(tree)
        if one is None:
            ends = self._rounds(tree, least, most, at, op, 0)
        elif op is words.MIN_REPEAT:
            ends = self._few(one, least, most, at)
        else:
            ends = self._many(one, least, most, at)
        if op is words.POSSESSIVE_REPEAT:
            end = next(ends, None)
            ends = iter(()) if end is None else iter((end,))
        yield from ends

    def _many(self, one: Node, least: int, most: int, at: int) -> Iterator[int]:
        count = 0
        while count < most and self._is(one, at + count):
            count += 1
        for left in range(count, least - 1, -1):
            self._step()
            yield at + left

    def _few(self, one: Node, least: int, most: int, at: int) -> Iterator[int]:
        count = 0
        while True:
            if count >= least:
                yield at + count
            if count >= most or not self._is(one, at + count):
                return
            count += 1

    def _rounds(
        self, tree: Tree, least: int, most: int, at: int, op: Any, count: int
    ) -> Iterator[int]:
        self._step()
        lazy = op is words.MIN_REPEAT
        if lazy and count >= least:
            yield at
        if count < most:
            for end in self._ends(tree, 0, at):
                if end == at and count >= least:
                    continue
                yield from self._rounds(tree, least, most, end, op, count + 1)
        if not lazy and count >= least:
            yield at
