"""One kernel, and the names that a script gives its descriptors.

A runner plays one line after another.  A name stands for a number from the
call that returns it, until another call returns the same name.  What is
watched keeps the name by which it was added, whatever becomes of its number:
that is how an event of a closed descriptor can be told from another one.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from epollref.kernel import Ready
from epollref.masks import EPOLL_CTL_DEL
from epollref.model.files import OutsideScopeError
from epollref.model.scripts import values
from epollref.model.scripts.blocked import Asleep, BlockedWaits, Woken
from epollref.model.scripts.calls import Order, order
from epollref.model.scripts.claims import contradiction, name_in, wrong_waking
from epollref.model.scripts.parser import Line, ScriptError
from epollref.model.scripts.player import (
    MAKERS,
    Call,
    Crashed,
    Failed,
    Outcome,
    Player,
    ScriptKernel,
)
from epollref.model.scripts.traced import traced
from epollref.trace.items import Call as TraceCall

PIECE: Final = 4096
"""What one call of ``fill`` writes, and one of ``drain`` reads."""
MOST_PIECES: Final = 10_000


Records = tuple[tuple[str, int], ...]
"""Name and events of what a wait returned."""


@dataclass(frozen=True, slots=True)
class Played:
    """A line, and what came of it."""

    line: Line
    call: TraceCall
    """The call as it was, with its names and its result; of a wait that
    sleeps, what it would be if it returned nothing."""
    outcome: Outcome
    records: Records | None
    """What a wait returned; ``None`` if it is no wait, or sleeps."""
    woken: tuple[tuple[Woken, Records], ...]
    """The waits that came back because of this call."""
    wrong: str
    """What the line claims that is not so; empty if all is."""

    @property
    def asleep(self) -> int:
        """The number of the thread that sleeps in this call, or 0."""
        return self.outcome.thread if isinstance(self.outcome, Asleep) else 0


class Runner:
    """A kernel on which a script is played.

    Args:
        kernel: A fresh one.
    """

    def __init__(self, kernel: ScriptKernel) -> None:
        self.kernel = kernel
        self._instances: dict[int, int] = {}
        """The epoll that each descriptor refers to, by a number of ours."""
        self._player = Player(kernel)
        self._blocked = BlockedWaits(kernel)
        self._epolls_made = 0
        self._numbers: dict[str, int] = {}
        self._names: dict[int, str] = {}
        self._eventfds: set[int] = set()
        self._watches: dict[tuple[int, int, int], str] = {}
        self._words: dict[tuple[int, int], str] = {}

    def play(self, line: Line, *, awake: bool = False) -> Played:
        """Play one line.

        Args:
            line: The line.
            awake: Do not sleep in a wait that finds nothing.

        Raises:
            ScriptError: The line cannot be understood.
        """
        try:
            what = order(line.name, line.args, self._number, self._eventfds)
            outcome = self._make(what.call, awake)
            if isinstance(outcome, Crashed):
                raise ValueError(f"{line.name} cannot be made: {outcome}")
            names = dict(self._names)
            made = self._remember(line, what, outcome)
            woken = self._blocked.woken()
            wrong = contradiction(
                what, line.result, outcome, self._word_of(what)
            ) or wrong_waking(line, woken, self._number)
        except (ValueError, OutsideScopeError) as error:
            raise ScriptError(line.number, str(error)) from None
        records = None
        if isinstance(outcome, list) and what.call.name == "epoll_wait":
            records = self._records(int(what.call.arguments[0]), outcome)
        back = tuple((w, self._records(w.epfd, w.records)) for w in woken)
        shown = [] if isinstance(outcome, Asleep) else outcome
        call = traced(what.call, shown, names, made)
        return Played(line, call, outcome, records, back, wrong)

    def _records(self, epfd: int, ready: Iterable[Ready]) -> Records:
        return tuple((self.word(epfd, data), events) for events, data in ready)

    @property
    def epolls(self) -> list[int]:
        """A descriptor of each epoll that is open, in their order."""
        firsts: dict[int, int] = {}
        for fd, instance in sorted(self._instances.items()):
            firsts.setdefault(instance, fd)
        return [firsts[instance] for instance in sorted(firsts)]

    # names

    def name(self, fd: int) -> str:
        """Return what the script calls a descriptor, or its number."""
        return self._names.get(fd, str(fd))

    def watch(self, epfd: int, fd: int, data: int) -> str:
        """Return the name by which a watch was added."""
        instance = self._instances.get(epfd, -1)
        return self._watches.get((instance, fd, data)) or self.name(fd)

    def word(self, epfd: int, data: int) -> str:
        """Return the name of the watch that a data word belongs to."""
        instance = self._instances.get(epfd, -1)
        return self._words.get((instance, data), f"{data:#x}")

    def _word_of(self, what: Order) -> Callable[[int], str]:
        """Return what names the data words of a wait."""
        epfd = what.call.arguments[0] if what.call.arguments else 0
        return lambda data: self.word(int(epfd), data)

    def _number(self, text: str) -> int:
        """Return the descriptor of ``a``, ``4`` or ``4<a>``."""
        digits, _, name = text.rstrip(">").partition("<")
        if name in self._numbers:
            return self._numbers[name]
        if digits in self._numbers:
            return self._numbers[digits]
        if digits.lstrip("-").isdigit():
            return values.signed(digits)
        text = repr(digits[:40])
        near = values.nearest(digits, self._numbers) if self._numbers else ""
        raise ValueError(f"no descriptor has the name {text}{near}")

    # calls

    def _make(self, call: Call, awake: bool) -> Outcome:
        if call.name == "drain":
            return self._repeat(Call("read", (*call.arguments, PIECE)))
        if call.name == "fill":
            piece = values.filled(b"", PIECE)
            return self._repeat(Call("write", (*call.arguments, piece)))
        if call.name == "epoll_wait":
            epfd, maxevents, timeout = map(int, call.arguments)
            if timeout < 0 and not awake:
                return self._blocked.wait(call)
            # Nothing can happen meanwhile: nobody is kept waiting.
            call = Call("epoll_wait", (epfd, maxevents, 0))
        return self._player.play(call)

    def _repeat(self, call: Call) -> Outcome:
        """Make a call until it fails, or reads the end."""
        for _ in range(MOST_PIECES):
            outcome = self._player.play(call)
            if isinstance(outcome, Failed):
                return outcome
            if not outcome:
                return 0
        raise ValueError(f"{call.name} never comes to an end here")

    def _remember(
        self, line: Line, what: Order, outcome: Outcome
    ) -> dict[int, str]:
        """Keep up with what was made and watched; return new names."""
        call = what.call
        if isinstance(outcome, Failed):
            return {}
        made = _made(line, what, outcome)
        for fd, name in made.items():
            self._names.pop(fd, None)  # that of a closed one
            if name:
                self._names[fd], self._numbers[name] = name, fd
        if call.name == "epoll_create1":
            self._epolls_made += 1
            self._instances[outcome] = self._epolls_made
        elif call.name == "dup" and call.arguments[0] in self._instances:
            self._instances[outcome] = self._instances[int(call.arguments[0])]
        elif call.name == "eventfd":
            self._eventfds.add(outcome)
        elif call.name == "epoll_ctl":
            self._remember_watch(call)
        elif call.name == "close":
            self._forget(int(call.arguments[0]))
        return made

    def _remember_watch(self, call: Call) -> None:
        epfd, op, fd, *rest = (int(number) for number in call.arguments)
        if op != EPOLL_CTL_DEL:
            name, instance = self.name(fd), self._instances[epfd]
            self._watches[instance, fd, rest[1]] = name
            self._words[instance, rest[1]] = name

    def _forget(self, fd: int) -> None:
        self._eventfds.discard(fd)
        self._instances.pop(fd, None)


def _made(line: Line, what: Order, outcome: Outcome) -> dict[int, str]:
    """Return the descriptors that a call made, and what they are called."""
    if isinstance(outcome, tuple):
        names = what.names or ("", "")
        return {
            fd: name_in(text) for fd, text in zip(outcome, names, strict=True)
        }
    if what.call.name in MAKERS:
        return {outcome: name_in(line.result)}
    return {}
