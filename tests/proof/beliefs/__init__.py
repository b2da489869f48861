"""Wrong beliefs about epoll, each as a change of the model's source.

By subject: those that many people hold, and those that only somebody could
hold who has read the kernel.  ``tests.proof.beliefs.__main__`` tries them.
"""

from tests.proof.beliefs import (
    connecting,
    counters,
    descriptors,
    errors,
    modes,
    nesting,
    order,
    pipes,
    sockets,
    streams,
    tcp,
    tcp_listeners,
    threads,
    wakeups,
)
from tests.proof.beliefs.belief import Belief

SUBJECTS: dict[str, tuple[Belief, ...]] = {
    "modes and masks": modes.BELIEFS,
    "wakeups": wakeups.BELIEFS,
    "order of the ready list": order.BELIEFS,
    "nesting": nesting.BELIEFS,
    "descriptors": descriptors.BELIEFS,
    "errors of epoll_ctl": errors.BELIEFS,
    "streams of bytes": streams.BELIEFS,
    "shutdown, close, listeners": sockets.BELIEFS,
    "fresh sockets and connect": connecting.BELIEFS,
    "pipes": pipes.BELIEFS,
    "eventfd and timerfd": counters.BELIEFS,
    "blocked threads": threads.BELIEFS,
    "TCP connections": tcp.BELIEFS,
    "TCP listeners": tcp_listeners.BELIEFS,
}
BELIEFS = tuple(belief for beliefs in SUBJECTS.values() for belief in beliefs)

__all__ = ["BELIEFS", "SUBJECTS", "Belief"]
