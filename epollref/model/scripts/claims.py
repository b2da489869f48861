"""What a line says that it returns, held against what it returned.

Behind ``=`` stands a number, the name of an error, or a name for what is
made; of poll(2) also its conditions: ``POLLIN|POLLHUP``.  The records of a
wait and the bytes of a read stand between the brackets, where strace prints
them.
"""

from collections.abc import Callable

from epollref.model.conformance.script import Failed, Outcome
from epollref.model.scripts import values
from epollref.model.scripts.words import Order
from epollref.trace.notation_words import EVENTS, error_name


def name_in(claim: str) -> str:
    """Return the name in ``a`` or ``4<a>``; nothing where there is none."""
    number, _, name = claim.rstrip(">").partition("<")
    if name:
        return name
    is_name = number[:1].isalpha() and not number[:1].isupper()
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


def _holds(claim: str, outcome: Outcome, order: Order) -> bool:
    number = claim.partition("<")[0]
    if isinstance(outcome, Failed):
        return number == error_name(outcome.errno)
    if order.call.name == "poll":
        return _is_found(number, outcome)
    if name_in(number):
        return isinstance(outcome, int)
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
