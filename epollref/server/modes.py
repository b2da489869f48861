"""Four ways to watch a descriptor, and the mask that each makes.

``EPOLLET`` and ``EPOLLONESHOT`` are two independent flags, so there are
exactly four modes:

- **level**: reported for as long as the condition holds;
- **edge**: reported once for each change, and never again by itself;
- **oneshot**: reported once, then disarmed until the next MOD;
- **edge-oneshot**: the same as oneshot.  The first report disarms the watch
  before level and edge could differ; MOD looks at readiness in both.

What to watch for is said in two words, *wants input* and *wants output*.
``Mode.mask`` is the one place where words, mode and event bits meet.
"""

from dataclasses import dataclass
from typing import Final

from epollref.masks import (
    EPOLLET,
    EPOLLIN,
    EPOLLONESHOT,
    EPOLLOUT,
    EPOLLPRI,
    EPOLLRDHUP,
)


@dataclass(frozen=True, slots=True)
class Mode:
    """One way to watch.

    Examples:
        >>> from epollref.server.modes import find_mode
        >>> oneshot = find_mode("oneshot")
        >>> hex(oneshot.mask(wants_input=False, wants_output=True))
        '0x40000004'
    """

    name: str
    """What the command line calls it."""
    flags: int
    """``EPOLLET``, ``EPOLLONESHOT``, both or neither."""

    @property
    def edge(self) -> bool:
        """Whether only changes are reported."""
        return bool(self.flags & EPOLLET)

    @property
    def oneshot(self) -> bool:
        """Whether a report disarms the watch."""
        return bool(self.flags & EPOLLONESHOT)

    # --8<-- [start:mask]
    def mask(self, wants_input: bool, wants_output: bool) -> int:
        """Return the mask for ADD or MOD.

        ``EPOLLRDHUP`` goes with ``EPOLLIN`` and only with it.  It tells that
        a short read may have the end of the stream behind it.  Left alone
        while input is not wanted, a level-triggered one would be reported
        again and again, with nobody to act on it.

        ``EPOLLPRI`` guards the edge: a read also stops short at urgent
        data, with more bytes behind it (``tcp_recvmsg_locked`` in
        ``net/ipv4/tcp.c``).  Level and one-shot look again in any case.

        ``EPOLLERR`` and ``EPOLLHUP`` need not be asked for (epoll_ctl(2)).

        Args:
            wants_input: Report bytes to read, and the peer's half-close.
            wants_output: Report room to write.

        Returns:
            The mask; the flags alone if nothing is wanted.
        """
        mask = self.flags
        if wants_input:
            mask |= EPOLLIN | EPOLLRDHUP
            if self.flags == EPOLLET:
                mask |= EPOLLPRI
        if wants_output:
            mask |= EPOLLOUT
        return mask

    # --8<-- [end:mask]


MODES: Final = {
    mode.name: mode
    for mode in (
        Mode("level", 0),
        Mode("edge", EPOLLET),
        Mode("oneshot", EPOLLONESHOT),
        Mode("edge-oneshot", EPOLLET | EPOLLONESHOT),
    )
}
"""The four modes by name."""


def find_mode(name: str) -> Mode:
    """Return the mode of that name.

    Args:
        name: ``level``, ``edge``, ``oneshot`` or ``edge-oneshot``.

    Raises:
        ValueError: There is no such mode; the message names the four.

    Examples:
        >>> from epollref.server.modes import find_mode
        >>> find_mode("fast")
        Traceback (most recent call last):
        ValueError: no mode 'fast': level, edge, oneshot or edge-oneshot
    """
    try:
        return MODES[name]
    except KeyError:
        *most, last = MODES
        names = f"{', '.join(most)} or {last}"
        raise ValueError(f"no mode {name!r}: {names}") from None
