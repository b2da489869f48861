"""How a command ends: its exit status, and one line when it cannot work."""

import contextlib
from collections.abc import Iterator
from typing import Final

import typer

FAILED: Final = 1
"""Exit status: findings, a failed check, or an exception of the program."""

UNUSABLE: Final = 2
"""Exit status: the arguments or the input cannot be used."""

INTERRUPTED: Final = 130
"""Exit status: ended by SIGINT."""

BROKEN_PIPE: Final = 141
"""Exit status: whoever read stdout has gone, as a shell shows SIGPIPE."""


class UnusableError(typer.TyperException):
    """The arguments are well formed, and still cannot be used."""


@contextlib.contextmanager
def one_line(what: str) -> Iterator[None]:
    """Turn unusable arguments into a message without a traceback.

    Args:
        what: What cannot be done; the reason is added.

    Raises:
        UnusableError: In the place of an ``OSError`` or a ``ValueError``.
    """
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise UnusableError(f"{what}: {reason}") from error
    except ValueError as error:
        raise UnusableError(f"{what}: {error}") from error
