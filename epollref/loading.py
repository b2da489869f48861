"""Commands whose modules are imported when they are asked for.

A table says where each command is, and what the list of commands says of it:
so ``epollref --help`` imports none of them, and ``epollref serve`` no other.
This is the only place where a module is imported by its name.
"""

import contextlib
import errno
import os
import pkgutil
import sys
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

import typer
from typer.core import TyperCommand, TyperGroup

from epollref.commands.outcome import UNUSABLE
from epollref.commands.streams import discard
from epollref.interrupts import leave_to_kernel, leave_to_python


@contextlib.contextmanager
def _broken_pipe_raises() -> Iterator[None]:
    """Undo what rich makes of a broken pipe: status 1, which is findings.

    Raises:
        BrokenPipeError: In the place of rich's ``SystemExit``.
    """
    try:
        yield
    except SystemExit as error:
        reason = os.strerror(errno.EPIPE)
        raise BrokenPipeError(errno.EPIPE, reason) from error


class OurCommand(TyperCommand):
    """A command that may take Ctrl-C while it runs."""

    def invoke(self, ctx: Any) -> Any:
        """Run it; before and after, SIGINT ends the process quietly."""
        leave_to_python()
        try:
            return super().invoke(ctx)
        finally:
            leave_to_kernel()

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Print what it does, and its options."""
        with _broken_pipe_raises():
            super().format_help(ctx, formatter)


class ProgramCommand(OurCommand):
    """A command that runs a program, which may outlive the command itself.

    The program's options follow its name, and are not ours.  Its threads and
    exit handlers go on when the command has returned, with SIGINT as Python
    has it.
    """

    allow_interspersed_args = False

    def invoke(self, ctx: Any) -> Any:
        """Run it."""
        leave_to_python()
        return TyperCommand.invoke(self, ctx)


class Command(NamedTuple):
    """A line of the table.

    Attributes:
        function: ``module:function``, as entry points are written.
        help: The first sentence of its docstring.
        kind: What becomes of its options, and of SIGINT.
    """

    function: str
    help: str
    kind: type[TyperCommand] = OurCommand


class Group(NamedTuple):
    """Several commands under one word.

    Attributes:
        help: What they are for.
        table: The commands by the word that follows.
    """

    help: str
    table: "CommandTable"


CommandTable: TypeAlias = Mapping[str, Command | Group]


class Pending(TyperCommand):
    """A command that nobody has asked for yet."""

    def __init__(self, name: str, command: Command) -> None:
        super().__init__(name, help=command.help)
        self.command = command

    def load(self) -> Any:
        """Import its module, and return what has its options."""
        app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        function = pkgutil.resolve_name(self.command.function)
        app.command(self.name, cls=self.command.kind)(function)
        return typer.main.get_command(app)

    def make_context(self, *arguments: Any, **settings: Any) -> Any:
        """Read the words that follow its name: with its own options."""
        return self.load().make_context(*arguments, **settings)


class Commands(TyperGroup):
    """The commands of a table; without a word, the list of them."""

    def __init__(self, table: CommandTable, **settings: Any) -> None:
        super().__init__(**settings)
        for name, entry in table.items():
            if isinstance(entry, Group):
                self.add_command(
                    Commands(entry.table, name=name, help=entry.help)
                )
            else:
                self.add_command(Pending(name, entry))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the words before the command.

        Raises:
            Exit: There are none: the list of commands is on stderr, for
                stdout is for results.
        """
        if not args and not ctx.resilient_parsing:
            try:
                with contextlib.redirect_stdout(sys.stderr):
                    typer.echo(ctx.get_help())
            except OSError:
                discard(2)
            raise typer.Exit(UNUSABLE)
        return super().parse_args(ctx, args)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Print the commands, and what each does."""
        with _broken_pipe_raises():
            super().format_help(ctx, formatter)
