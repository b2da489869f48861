"""Wakeups: how a file tells those who watch it that something changed.

Every file has a **wait queue**, a list of hooks.  When its state changes it
wakes the queue with a **key**, the conditions that may have come true
(``wake_up_poll`` in ``include/linux/wait.h``).  Key 0 says nothing in
particular: a shutdown, a close.  A hook that does not care for the key
ignores the wakeup.  Nothing is asked at this moment and nothing stored but
"look here later".

The order of the hooks is the order in which epolls hear of a change, and
programs should not rely on it: the hook that came last is called first, and
exclusive hooks come after all others, oldest first
(``add_wait_queue_exclusive`` in ``kernel/sched/wait.c``).

A wakeup with a key ends at the first exclusive hook that woke a thread.  One
without a key goes to all: whoever shuts or closes a file means everybody
(``__wake_up_common``, called for one or for all).
"""

from typing import Protocol


class Hook(Protocol):
    """Something that wants to hear of a change."""

    def wake(self, key: int) -> bool:
        """Hear of a change.

        Args:
            key: The conditions that may have come true; 0 for any.

        Returns:
            Whether that is enough: the hook is exclusive, and it woke a
            thread.
        """
        ...


class WaitQueue:
    """The hooks on one file, in the order in which they are called.

    Examples:
        >>> from epollref.model.waitqueue import WaitQueue
        >>> class Noisy:
        ...     def __init__(self, name: str) -> None:
        ...         self.name = name
        ...     def wake(self, key: int) -> bool:
        ...         print(self.name, key)
        ...         return self.name == "takes it"
        ...
        >>> queue = WaitQueue()
        >>> queue.add(Noisy("first"), exclusive=False)
        >>> for name in ("exclusive", "takes it", "in vain"):
        ...     queue.add(Noisy(name), exclusive=True)
        ...
        >>> queue.add(Noisy("last"), exclusive=False)
        >>> queue.wake(1)
        last 1
        first 1
        exclusive 1
        takes it 1
        True
    """

    __slots__ = ("_hooks",)

    def __init__(self) -> None:
        self._hooks: list[Hook] = []

    def add(self, hook: Hook, exclusive: bool) -> None:
        """Hang a hook in.

        Args:
            hook: Who is to be woken.
            exclusive: Whether it goes behind all others.
        """
        if exclusive:
            self._hooks.append(hook)
        else:
            self._hooks.insert(0, hook)

    def remove(self, hook: Hook) -> None:
        """Take a hook out.

        Args:
            hook: One that is in the queue.
        """
        self._hooks.remove(hook)

    # --8<-- [start:wake]
    def wake(self, key: int) -> bool:
        """Call the hooks, up to an exclusive one that takes it.

        ``EPOLLEXCLUSIVE`` saves wakeups of blocked threads only.  Where
        nobody is blocked nobody takes it, and every epoll puts the file on
        its ready list.

        Args:
            key: The conditions that may have come true; 0 for any, and then
                nobody is passed over.

        Returns:
            Whether a hook has ended the walk.
        """
        for hook in self._hooks:  # noqa: SIM110, a generator is slower
            if hook.wake(key) and key:
                return True
        return False

    # --8<-- [end:wake]
