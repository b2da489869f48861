"""Every command of epollref, found in the command line itself."""

from collections.abc import Iterator

from epollref.__main__ import COMMANDS
from epollref.loading import Command, CommandTable, Group

Words = tuple[str, ...]


def every_command(
    table: CommandTable = COMMANDS,
) -> Iterator[tuple[Words, Command]]:
    """Go through a table and the groups in it.

    Yields:
        The words that call a command, and its line of the table.
    """
    for word, entry in table.items():
        if isinstance(entry, Group):
            for words, command in every_command(entry.table):
                yield (word, *words), command
        else:
            yield (word,), entry


def every_group(table: CommandTable = COMMANDS) -> Iterator[Words]:
    """Go through the words that are no command yet; no word is the first."""
    yield ()
    for word, entry in table.items():
        if isinstance(entry, Group):
            for words in every_group(entry.table):
                yield (word, *words)
