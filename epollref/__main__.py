"""The command line, ``epollref``: wiring only.

It reads arguments, chooses a kernel, hands both to a part above, and turns
what goes wrong into one line on stderr with exit status 2.  Results go to
stdout, everything else to stderr.
"""

import contextlib
import os
import resource
import signal
import sys
from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

import epollref
import epollref.linux_only  # ends elsewhere, before the rest
from epollref.linux import LinuxKernel
from epollref.server.listener import listen
from epollref.server.modes import MODES
from epollref.server.server import Server

UNUSABLE = 2
"""Exit status: the arguments or the input cannot be used."""

INTERRUPTED = 130
"""Exit status: ended by SIGINT before a command could take it."""


class UnusableError(typer.TyperException):
    """The arguments are well formed, and still cannot be used."""


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


@contextlib.contextmanager
def _one_line(what: str) -> Iterator[None]:
    """Turn unusable arguments into a message without a traceback."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise UnusableError(f"{what}: {reason}") from error
    except ValueError as error:
        raise UnusableError(f"{what}: {error}") from error


def _raise_descriptor_limit() -> None:
    """Lift the soft limit of descriptors to the hard one (setrlimit(2))."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


@contextlib.contextmanager
def _stopping_on_signals(server: Server) -> Iterator[None]:
    """Stop the server on SIGTERM and SIGINT, awake or asleep.

    A signal that arrives just before the sleep would go unseen until
    something else ends it: Python runs handlers between instructions, and
    the next one is the system call.  So the interpreter's C handler also
    writes a byte to a pipe that the loop watches (``signal.set_wakeup_fd``).
    """
    r, w = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)

    def clear(_: int) -> None:
        with contextlib.suppress(BlockingIOError):
            while os.read(r, 512):
                pass

    def stop(*_: object) -> None:
        server.stop()

    server.watch_fd(r, clear)
    # A burst of signals may fill the pipe; one byte in it is enough.
    signal.set_wakeup_fd(w, warn_on_full_buffer=False)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        signal.set_wakeup_fd(-1)
        os.close(r)
        os.close(w)


@app.command()
def serve(
    host: Annotated[
        str, typer.Option(help="Local address to listen on.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="0 takes any free port.")] = 7007,
    mode: Annotated[
        str, typer.Option(metavar="MODE", help=", ".join(MODES) + ".")
    ] = "level",
    workers: Annotated[
        int,
        typer.Option(help="Threads that serve one-shot events; 0 is none."),
    ] = 0,
    idle_timeout: Annotated[
        float | None,
        typer.Option(
            metavar="S", help="Close a connection silent for S seconds."
        ),
    ] = None,
    max_connections: Annotated[
        int | None,
        typer.Option(metavar="N", help="Leave more than N in the backlog."),
    ] = None,
) -> None:
    """Run the echo server.

    Prints READY HOST PORT on stdout when it listens.  SIGTERM or SIGINT stop
    accepting, answer what has arrived and end with status 0; a second one
    ends at once.
    """
    with _one_line(f"cannot listen on {host} port {port}"):
        listener = listen(host, port)
    with listener, _one_line("cannot serve"):
        host, port = listener.getsockname()[:2]
        _raise_descriptor_limit()
        server = Server(
            LinuxKernel(),
            listener.fileno(),
            mode,
            workers=workers,
            idle_timeout=idle_timeout,
            max_connections=max_connections,
        )
        listener.detach()  # the server owns it from here on
    # The pipe of the signals outlives the watch on it.
    with _stopping_on_signals(server), server:
        typer.echo(f"READY {host} {port}")
        server.run()


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
    return status if isinstance(status, int) else 0


if __name__ == "__main__":
    sys.exit(main())
