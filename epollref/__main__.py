"""The command line, ``epollref``: wiring only.

It loads the command that is asked for, and turns what goes wrong into one
line on stderr with exit status 2.  Results go to stdout, everything else to
stderr.
"""

# These two act when they are imported, before the rest is.
import epollref.interrupts
import epollref.linux_only  # isort: split

import os
import sys
from collections.abc import Sequence
from typing import Annotated, Any, Final

import typer

from epollref.commands.outcome import BROKEN_PIPE, INTERRUPTED, UNUSABLE
from epollref.commands.streams import discard, note, reserve, settle
from epollref.interrupts import end_by_sigint, leave_to_kernel, leave_to_python
from epollref.loading import (
    PLAIN_APP,
    Command,
    Commands,
    CommandTable,
    Group,
    ProgramCommand,
)

NAME: Final = "epollref"
COMPLETING: Final = "_EPOLLREF_COMPLETE"
"""Set by the completion of a shell, which wants words and no command."""

COMMANDS: Final[CommandTable] = {
    "serve": Command("epollref.commands.serve:serve", "Run the echo server."),
    "trace": Command(
        "epollref.commands.trace:trace",
        "Run a Python program with its epolls traced, as strace shows them.",
        ProgramCommand,
    ),
    "record": Command(
        "epollref.commands.record:record",
        "Record a program with strace, as an audit wants it.",
        ProgramCommand,
    ),
    "timeline": Command(
        "epollref.commands.timeline:timeline",
        "Show what each watch in a strace log was told and what came of it.",
    ),
    "model": Group(
        "epoll as two lists: try it, and see if it is right.",
        {
            "run": Command(
                "epollref.commands.model_run:run",
                "Play a script of calls, and show the two lists after each "
                "step.",
            ),
            "verify": Command(
                "epollref.commands.model_verify:verify",
                "Compare the model with the running kernel, at random.",
            ),
        },
    ),
}


class _All(Commands):
    def __init__(self, **settings: Any) -> None:
        super().__init__(COMMANDS, **settings)


app = typer.Typer(
    cls=_All,
    **PLAIN_APP,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="epoll, shown instead of told: the tools of the reference.",
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"epollref {epollref.__version__}")
        raise typer.Exit


@app.callback()
def _root(
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
    """Take what every command shares."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status.

    Args:
        arguments: The words after the program's name; ``sys.argv`` if left
            out.

    Returns:
        0 fine, 1 findings or a failed check, 2 unusable input or arguments,
        141 if whoever read the results has gone.

    Raises:
        KeyboardInterrupt: SIGINT arrived: it ends the process without a
            traceback.
    """
    leave_to_kernel()
    try:
        reserve()
        status = _run(sys.argv[1:] if arguments is None else arguments)
    except KeyboardInterrupt:
        status = INTERRUPTED
    finally:
        if arguments is not None:
            leave_to_python()  # The caller is a program that goes on.
    if status == INTERRUPTED:
        end_by_sigint()
    return status


def _run(arguments: Sequence[str]) -> int:
    """Run a command, and say in one line what is wrong."""
    command = typer.main.get_command(app)
    try:
        if COMPLETING in os.environ:  # A shell asks what may follow.
            command.main(prog_name=NAME)
        with command.make_context(NAME, list(arguments)) as context:
            status = command.invoke(context)
    except typer.Exit as end:
        status = end.exit_code
    except typer.TyperException as error:
        # Its words come over several lines where it has a list to show.
        note(" ".join(error.format_message().split()))
        settle()
        return UNUSABLE
    except BrokenPipeError:
        discard(1)
        return BROKEN_PIPE
    except OSError as error:
        discard(1)
        note(f"cannot write to stdout: {error.strerror or error}")
        return UNUSABLE
    return status if isinstance(status, int) else 0


if __name__ == "__main__":
    sys.exit(main())

leave_to_python()  # Whoever imported this has a use for Ctrl-C.
