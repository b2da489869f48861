"""Every limit of the server, in one place.

A limit is here for one of three reasons: a peer that never reads must not
fill the memory, a loud one must not starve the others, and a silent one must
not hold a descriptor for ever.  The constants are what the code was measured
with; ``Limits`` is what the owner of a server may choose.

What rings when a limit of time is over stands in ``deadlines``; a stop has
its own, in ``server``.
"""

from dataclasses import dataclass
from typing import Final

HIGH_WATER: Final = 64 * 1024
"""Bytes owed above which an echo session wants no more input."""

CHUNK: Final = 64 * 1024
"""The most bytes that one read asks for."""

EDGE_BUDGET: Final = 4
"""Reads for one event where MOD is the price of stopping early."""

BATCH: Final = 1024
"""The most records that one epoll_wait returns; the rest stay listed."""

ACCEPT_QUEUE: Final = 4096
"""Connections that may wait to be accepted (listen(2))."""

ACCEPT_BUDGET: Final = 64
"""The most connections taken in one turn."""

STEP_BACK: Final = 0.1
"""Seconds for which a listener is left alone when something is short."""

MOST_TURNED_AWAY: Final = 1 << 16
"""The most that are turned away at the end; a flood is left to close(2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the owner of a server may choose.

    Raises:
        ValueError: A limit makes no sense.

    Examples:
        >>> from epollref.server.limits import Limits
        >>> Limits(idle_timeout=30).max_connections is None
        True
        >>> Limits(idle_timeout=0)
        Traceback (most recent call last):
        ValueError: idle timeout 0: more than 0
    """

    idle_timeout: float | None = None
    """Seconds without a byte after which a connection is closed; ``None``
    for never."""

    max_connections: int | None = None
    """The most at once; ``None`` for no limit.  More wait in the queue of
    the listener (listen(2)), and the kernel answers nobody who does not fit
    in there.  At a stop they are served as others leave; who still waits
    when ``stop_limit`` is over is closed."""

    stop_limit: float = 5.0
    """Seconds that a stop may take."""

    linger_limit: float = 5.0
    """Seconds that a peer has to end after we have."""

    def __post_init__(self) -> None:
        # Asked this way round, for nan is not more than 0 either.
        if self.idle_timeout is not None and not self.idle_timeout > 0:
            raise ValueError(f"idle timeout {self.idle_timeout}: more than 0")
        if self.max_connections is not None and self.max_connections < 1:
            raise ValueError(f"{self.max_connections} connections: 1 or more")
        if not self.stop_limit >= 0:
            raise ValueError(f"stop limit {self.stop_limit}: 0 or more")
        if not self.linger_limit >= 0:
            raise ValueError(f"linger limit {self.linger_limit}: 0 or more")


DEFAULT_LIMITS: Final = Limits()
"""No idle timeout, no most, five seconds for an end."""
