"""Commands whose modules are imported when they are asked for.

A table says where each command is, and what the list of commands says of it:
so ``epollref --help`` imports none of them, and ``epollref serve`` no other.
This is the only place where a module is imported by its name.
"""

import contextlib
import inspect
import pkgutil
import sys
from collections.abc import Mapping
from typing import Any, Final, NamedTuple, TypeAlias

import typer
from typer.core import TyperCommand, TyperGroup

from epollref.commands.outcome import UNUSABLE
from epollref.commands.streams import discard
from epollref.interrupts import leave_to_kernel, leave_to_python
from epollref.parameters import adopt

PLAIN_APP: Final[Mapping[str, Any]] = {
    "pretty_exceptions_enable": False,
    "rich_markup_mode": None,
}
"""Settings of typer: help without boxes, which pipes and fits anywhere."""


class OurCommand(TyperCommand):
    """A command that may take Ctrl-C while it runs."""

    def get_params(self, ctx: Any) -> Any:
        """Return its parameters: read, and described, in our way."""
        return adopt(super().get_params(ctx), self.callback)

    def invoke(self, ctx: Any) -> Any:
        """Run it; before and after, SIGINT ends the process quietly."""
        leave_to_python()
        try:
            return super().invoke(ctx)
        finally:
            leave_to_kernel()


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
        # A short help is not cut where the terminal ends, but wrapped.
        super().__init__(name, short_help=command.help)
        self.command = command

    def load(self) -> Any:
        """Import its module, and return what has its options."""
        app = typer.Typer(add_completion=False, **PLAIN_APP)
        function = pkgutil.resolve_name(self.command.function)
        words = _with_examples(inspect.getdoc(function) or "")
        app.command(self.name, cls=self.command.kind, help=words)(function)
        return typer.main.get_command(app)

    def make_context(self, *arguments: Any, **settings: Any) -> Any:
        """Read the words that follow its name: with its own options."""
        return self.load().make_context(*arguments, **settings)


def _with_examples(docstring: str) -> str:
    """Mark the paragraphs with indented lines, which are not wrapped.

    Args:
        docstring: What a command does.

    Returns:
        The same with a backspace above these paragraphs: typer's mark.
    """
    return "\n\n".join(
        f"\b\n{paragraph}" if "\n    " in paragraph else paragraph
        for paragraph in docstring.split("\n\n")
    )


class Commands(TyperGroup):
    """The commands of a table; without a word, the list of them."""

    def __init__(self, table: CommandTable, **settings: Any) -> None:
        super().__init__(**settings)
        for name, entry in table.items():
            if isinstance(entry, Group):
                group = Commands(
                    entry.table,
                    name=name,
                    help=entry.help,
                    short_help=entry.help,
                    rich_markup_mode=None,
                )
                self.add_command(group)
            else:
                self.add_command(Pending(name, entry))

    def get_params(self, ctx: Any) -> Any:
        """Return its parameters: read, and described, in our way."""
        return adopt(super().get_params(ctx), self.callback)

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
