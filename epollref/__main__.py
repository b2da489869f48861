"""The command line, ``epollref``: wiring only.

It reads arguments, chooses a kernel, hands both to a part above, and turns
what goes wrong into one line on stderr with exit status 2.  Results go to
stdout, everything else to stderr.
"""

import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

import epollref
import epollref.linux_only  # ends elsewhere, before the rest
from epollref.commands.model_run import run
from epollref.commands.model_verify import verify
from epollref.commands.outcome import INTERRUPTED, UNUSABLE
from epollref.commands.record import record
from epollref.commands.serve import serve
from epollref.commands.trace import trace

app = typer.Typer(
    add_completion=False,
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    help="epoll, shown instead of told: the tools of the reference.",
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"epollref {epollref.__version__}")
        raise typer.Exit


@app.callback()
def _root(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_print_version,
            is_eager=True,
            help="Print the version and exit.",
        ),
    ] = False,
) -> None:
    """Take what every command shares; show what there is without one."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit(UNUSABLE)


# A program's options follow its name, and are not ours.
ITS_OWN = {"allow_interspersed_args": False}

app.command()(serve)
app.command(context_settings=ITS_OWN)(trace)
app.command(context_settings=ITS_OWN)(record)

model = typer.Typer(help="epoll as two lists: try it, and see if it is right.")
model.command()(run)
model.command()(verify)
app.add_typer(model, name="model")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status.

    Args:
        arguments: The words after the program's name; ``sys.argv`` if left
            out.

    Returns:
        0 fine, 1 findings or a failed check, 2 unusable input or arguments.
    """
    command = typer.main.get_command(app)
    try:
        status = command.main(
            args=None if arguments is None else list(arguments),
            prog_name="epollref",
            standalone_mode=False,
        )
    except typer.TyperException as error:
        # Its words come over several lines where it has a list to show.
        typer.echo(
            f"epollref: {' '.join(error.format_message().split())}", err=True
        )
        return UNUSABLE
    except typer.Abort:
        return INTERRUPTED
    except OSError as error:
        return _unwritable(error)
    return status if isinstance(status, int) else 0


def _unwritable(error: OSError) -> int:
    """Say that the results cannot be written; the rest is thrown away."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    typer.echo(f"epollref: {error.strerror or error}", err=True)
    return UNUSABLE


if __name__ == "__main__":
    sys.exit(main())
