"""What a line says that it returns, held against what it returned.

Behind ``=`` stands a number, the name of an error, or a name for what is
made; of poll(2) also its conditions: ``POLLIN|POLLHUP``.  The records of a
wait and the bytes of a read stand between the brackets, where strace prints
them.
"""

from collections.abc import Callable, Sequence

from epollref.kernel import Ready
from epollref.model.scripts import values
from epollref.model.scripts.blocked import Asleep, Woken
from epollref.model.scripts.calls import Order
from epollref.model.scripts.parser import ScriptLine
from epollref.model.scripts.player import MAKERS, Failed, Outcome
from epollref.trace.calls import Poll
from epollref.trace.words import EVENTS, error_name


def name_in(claim: str) -> str:
    """Return the name in ``a`` or ``4<a>``; nothing where there is none."""
    number, _, name = claim.rstrip(">").partition("<")
    if name:
        return name
    is_name = number[:1].islower() or number[:1] == "_"
    return number if is_name else ""


def contradiction(
    order: Order, claim: str, outcome: Outcome, word: Callable[[int], str]
) -> str:
    """Compare what a line claims with what came of it.

    Args:
        order: The line, understood.
        claim: What stands behind ``=``.
        outcome: What the call returned.
        word: Names the watch of a data word.

    Returns:
        The claim that does not hold; nothing if all do.
    """
    if claim and not _holds(claim.removeprefix("-1 "), outcome, order):
        return f"the script says {claim}"
    if order.records is not None and outcome != order.records:
        said = ", ".join(
            f"{word(data)} {EVENTS.text(events)}"
            for events, data in order.records
        )
        return f"the script says [{said}]"
    if order.data is not None and not (
        isinstance(outcome, bytes) and outcome.startswith(order.data)
    ):
        return f"the script says {order.data!r}"
    return ""


def wrong_waking(
    line: ScriptLine, woken: Sequence[Woken], lookup: values.Lookup
) -> str:
    """Compare the waits that a line is said to wake with those it woke.

    Args:
        line: The line; it claims nothing if it names no wait.
        woken: The waits that came back.
        lookup: Finds the number of a descriptor in a data word.

    Returns:
        What is wrong; nothing if all claims hold.
    """
    if not line.resumed:
        return ""
    claimed = [
        (thread, _reported(args, lookup)) for thread, args in line.resumed
    ]
    if claimed == [(each.thread, list(each.call.ready)) for each in woken]:
        return ""
    threads = ", ".join(str(thread) for thread, _ in claimed)
    came = ", ".join(str(each.thread) for each in woken) or "nobody"
    return f"the script says that {threads} came back so, and {came} did"


def _reported(args: str, lookup: values.Lookup) -> list[Ready] | None:
    """Return the records of a wait that is resumed; its last arguments."""
    array, *_ = values.split(args) or [""]
    return values.records(array, lookup)


def _holds(claim: str, outcome: Outcome, order: Order) -> bool:
    number = claim.partition("<")[0]
    if isinstance(outcome, Asleep):
        return number == "unfinished"
    if isinstance(outcome, Failed):
        return number == error_name(outcome.errno)
    if isinstance(order.call, Poll):
        return _is_found(number, outcome)
    if name_in(number):
        return isinstance(order.call, MAKERS)
    if isinstance(outcome, bytes | list):
        outcome = len(outcome)
    elif not isinstance(outcome, int):
        outcome = 0
    return number == str(outcome)


def _is_found(claim: str, conditions: int) -> bool:
    """Compare poll's result, or the conditions that it found."""
    if claim.isdigit():
        return claim == str(int(bool(conditions)))
    try:
        return values.mask(claim.replace("POLL", "EPOLL")) == conditions
    except ValueError:
        return False
