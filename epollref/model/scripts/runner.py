"""One kernel, and the names that a script gives its descriptors.

A runner plays one line after another.  A name stands for a number from the
call that returns it, until another call returns the same name.  What is
watched keeps the name by which it was added, whatever becomes of its number:
that is how an event of a closed descriptor can be told from another one.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from epollref.kernel import Ready
from epollref.masks import EPOLL_CTL_DEL
from epollref.model.files import OutsideScopeError
from epollref.model.scripts import pending, values
from epollref.model.scripts.blocked import Asleep, BlockedWaits, Woken
from epollref.model.scripts.calls import Order, order
from epollref.model.scripts.claims import contradiction, name_in, wrong_waking
from epollref.model.scripts.finished import finished
from epollref.model.scripts.kernel import ScriptKernel
from epollref.model.scripts.parser import ScriptError, ScriptLine
from epollref.model.scripts.player import (
    Crashed,
    Failed,
    Outcome,
    Player,
    made,
)
from epollref.trace.calls import (
    Call,
    Close,
    Dup,
    EpollCreate1,
    EpollCtl,
    EpollWait,
    Eventfd,
)

Records = tuple[tuple[str, int], ...]
"""Name and events of what a wait returned."""


@dataclass(frozen=True, slots=True)
class Played:
    """A line, and what came of it."""

    line: ScriptLine
    call: Call
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

    def play(self, line: ScriptLine, *, awake: bool = False) -> Played:
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
            new = self._remember(line, what, outcome)
            woken = self._blocked.woken()
            wrong = contradiction(
                what, line.result, outcome, self._word_of(what)
            ) or wrong_waking(line, woken, self._number)
        except (ValueError, OutsideScopeError) as error:
            raise ScriptError(line.number, str(error)) from None
        records = None
        if isinstance(outcome, list) and isinstance(what.call, EpollWait):
            records = self._records(what.call.epfd, outcome)
        back = tuple(
            (each, self._records(each.call.epfd, each.call.ready))
            for each in woken
        )
        shown = [] if isinstance(outcome, Asleep) else outcome
        call = finished(what.call, shown, names, new)
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
        epfd = what.call.epfd if isinstance(what.call, EpollWait) else 0
        return lambda data: self.word(epfd, data)

    def _number(self, text: str) -> int:
        """Return the descriptor of ``a``, ``4`` or ``4<a>``."""
        digits, _, name = text.rstrip(">").partition("<")
        if name in self._numbers:
            return self._numbers[name]
        if digits in self._numbers:
            return self._numbers[digits]
        if digits.lstrip("-").isdigit():
            return values.int32(digits)
        text = repr(digits[:40])
        near = values.nearest(digits, self._numbers) if self._numbers else ""
        raise ValueError(f"no descriptor has the name {text}{near}")

    # calls

    def _make(self, call: Call, awake: bool) -> Outcome:
        if isinstance(call, EpollWait):
            if call.timeout_ms < 0 and not awake:
                return self._blocked.wait(call)
            # Nothing can happen meanwhile: nobody is kept waiting.
            call = pending.wait(call.epfd, call.maxevents)
        return self._player.play(call)

    def _remember(
        self, line: ScriptLine, what: Order, outcome: Outcome
    ) -> dict[int, str]:
        """Keep up with what was made and watched; return new names."""
        if isinstance(outcome, Failed):
            return {}
        new = _named(line, what, outcome)
        for fd, name in new.items():
            self._names.pop(fd, None)  # that of a closed one
            if name:
                self._names[fd], self._numbers[name] = name, fd
        match what.call:
            case EpollCreate1():
                self._epolls_made += 1
                self._instances[outcome] = self._epolls_made
            case Dup(fd=fd) if fd in self._instances:
                self._instances[outcome] = self._instances[fd]
            case Eventfd():
                self._eventfds.add(outcome)
            case EpollCtl() as call if call.op != EPOLL_CTL_DEL:
                self._remember_watch(call)
            case Close(fd=fd):
                self._eventfds.discard(fd)
                self._instances.pop(fd, None)
        return new

    def _remember_watch(self, call: EpollCtl) -> None:
        name, instance = self.name(call.fd), self._instances[call.epfd]
        self._watches[instance, call.fd, call.data] = name
        self._words[instance, call.data] = name


def _named(line: ScriptLine, what: Order, outcome: Outcome) -> dict[int, str]:
    """Return the descriptors that a call made, and what they are called."""
    fds = made(what.call, outcome)
    texts = what.names or ("", "") if len(fds) > 1 else (line.result,)
    return {fd: name_in(text) for fd, text in zip(fds, texts, strict=False)}
