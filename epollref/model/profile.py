"""The numbers of a machine: all that the model is told about it.

epoll itself has no numbers.  The files have: how much a pipe holds, what a
message on a socket costs, and a few details that changed between kernels.
They are measured (``calibrate.measure``), never derived from a version
number, since distributions move fixes between versions.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Profile:
    """What one machine answered; ``epollref.model.measure()`` asks it."""

    page_size: int
    """Bytes in a page, which is one slot of a pipe."""
    pipe_slots: int
    """Pages that a pipe holds (``F_GETPIPE_SZ`` / page size)."""
    send_buffer: int
    """``SO_SNDBUF`` of a unix socket: what queued messages may cost."""
    head_costs: tuple[tuple[int, int], ...]
    """What a message costs without pages: (most bytes, cost), ascending.

    The cost is memory, not bytes: the header of the message counts, and
    memory comes in sizes.  The last entry is the most that fits beside the
    header; what is more goes to whole pages.
    """
    message_limit: int
    """Bytes after which a write to a unix socket starts another message."""
    partial_read_wakes: bool
    """Whether reading from a full pipe wakes its writers though no slot is
    freed: Linux 6.1 and 6.12 do, 6.18 does not."""
    long_eventfd_write: bool
    """Whether an eventfd takes a write of more than eight bytes and ignores
    the rest: Linux 6.1 does, 6.18 does not."""
    wait_checks_number_first: bool
    """Whether epoll_wait looks at ``maxevents`` before the descriptor."""
    keeps_wakeup: bool
    """Whether ``EPOLLWAKEUP`` is kept: it needs CAP_BLOCK_SUSPEND and a
    kernel that can sleep, and is dropped without an error."""
    max_events: int
    """``EP_MAX_EVENTS``: a larger ``maxevents`` is EINVAL."""

    def message_cost(self, size: int) -> int:
        """Return what a message takes from the send buffer.

        The bytes that do not fit beside the header go to pages, and whole
        pages are taken from the head (``unix_stream_sendmsg`` in
        ``net/unix/af_unix.c``, ``alloc_skb_with_frags`` in
        ``net/core/skbuff.c``).

        Args:
            size: Its bytes, at most ``message_limit``.

        Returns:
            The cost in bytes.
        """
        most = self.head_costs[-1][0]
        pages = -(-max(0, size - most) // self.page_size) * self.page_size
        head = size - min(size, pages)
        return pages + next(
            cost for limit, cost in self.head_costs if head <= limit
        )
