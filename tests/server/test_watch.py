"""Tokens name watches, and never two of them."""

import weakref

from epollref.server.watch import NO_TOKEN, Watch, WatchTable


class Quiet(Watch):
    __slots__ = ()

    def ready(self, events: int) -> None:
        pass


def test_a_token_is_never_used_twice() -> None:
    """Descriptors come back; tokens do not."""
    table = WatchTable()
    seen = set()
    for _ in range(1000):
        watch = Quiet(fd=7)
        seen.add(table.add(watch))
        table.forget(watch)
    assert len(seen) == 1000
    assert NO_TOKEN not in seen


def test_the_event_of_a_forgotten_watch_is_stale() -> None:
    """The same descriptor again is another watch."""
    table = WatchTable()
    old = Quiet(fd=7)
    token = table.add(old)
    table.forget(old)
    new = Quiet(fd=7)
    assert table.get(token) is None
    assert table.get(table.add(new)) is new
    assert old.token == NO_TOKEN


def test_to_forget_twice_is_to_forget_once() -> None:
    """Who retires a watch wants to know whether he is the first."""
    table = WatchTable()
    watch = Quiet(fd=7)
    table.add(watch)
    assert [table.forget(watch), table.forget(watch)] == [True, False]
    assert len(table) == 0


def test_a_walk_through_the_table_may_empty_it() -> None:
    """The end of the server forgets what it meets."""
    table = WatchTable()
    for fd in range(5):
        table.add(Quiet(fd))
    for watch in table:
        table.forget(watch)
    assert len(table) == 0


def test_a_forgotten_watch_is_gone_from_memory() -> None:
    """Nothing but the table holds it."""
    table = WatchTable()
    watch = Quiet(fd=7)
    reference = weakref.ref(watch)
    table.add(watch)
    table.forget(watch)
    del watch
    assert reference() is None


def test_a_watch_has_no_dictionary() -> None:
    """There may be many of them: they are kept small."""
    assert not hasattr(Quiet(fd=7), "__dict__")
