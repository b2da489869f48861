"""``epollref serve``: the echo server, until a signal ends it."""

import contextlib
import ctypes
import os
import signal
from collections.abc import Iterator
from typing import Annotated

import typer

from epollref.commands.descriptors import take_all
from epollref.commands.outcome import one_line
from epollref.commands.streams import note
from epollref.commands.tracing import DialectOption, open_trace
from epollref.kernel import Kernel
from epollref.linux import LinuxKernel
from epollref.masks import EPOLLONESHOT, EPOLLOUT
from epollref.output import Output
from epollref.server.limits import Limits
from epollref.server.listener import listen_on
from epollref.server.modes import MODES
from epollref.server.report import Report, message_lines
from epollref.server.server import Server
from epollref.trace.tracer import TracedKernel


@contextlib.contextmanager
def _reporting() -> Iterator[Report]:
    """Report on stderr, one line each; say at the end what nobody took."""
    with Output(2) as stderr:

        def report(message: str, error: Exception) -> None:
            text = message_lines(message, error)
            stderr.line(text.encode(errors="backslashreplace"))

        yield report
    if stderr.error is not None:
        note(f"{stderr.lost} messages are lost: {stderr.error.strerror}")


def _announce(
    ready: str, stdout: Output, server: Server, report: Report
) -> None:
    """Write the READY line; if stdout is full, when there is room.

    Raises:
        OSError: ENOSPC, EPIPE: nobody will ever read it.
    """
    try:
        stdout.write(ready.encode())
    except BlockingIOError:

        def when_there_is_room(_: int) -> None:
            try:
                stdout.write(ready.encode())
            except OSError as error:
                report("cannot say READY", error)

        mask = EPOLLOUT | EPOLLONESHOT
        server.watch_fd(stdout.fileno(), when_there_is_room, mask)


def ignore(number: int) -> None:
    """Ignore a signal from now on, whose handler is Python's.

    One that has arrived and is not yet handled would have no handler left,
    and Python would print a traceback: "ignored due to race condition"
    (Modules/signalmodule.c).  So the kernel is told first, on behalf of all
    threads; what came before meets the old handler, which ``signal.signal``
    runs before it replaces it.

    Args:
        number: The signal.
    """
    at_once = ctypes.CDLL(None).signal
    at_once.argtypes, at_once.restype = [ctypes.c_int, ctypes.c_void_p], None
    at_once(number, int(signal.SIG_IGN))
    signal.signal(number, signal.SIG_IGN)


@contextlib.contextmanager
def _stopping_on_signals(server: Server) -> Iterator[None]:
    """Stop the server on SIGTERM and SIGINT, awake or asleep.

    A signal that arrives just before the sleep would go unseen until
    something else ends it: Python runs handlers between instructions, and
    the next one is the system call.  So the interpreter's C handler also
    writes a byte to a pipe that the loop watches (``signal.set_wakeup_fd``).

    Afterwards the two are ignored: the process is about to end with a
    status of its own, and one more signal is no reason to change it.
    """
    r, w = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)

    def clear(_: int) -> None:
        with contextlib.suppress(OSError):  # EAGAIN; else it is reported again.
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
            ignore(number)
        signal.set_wakeup_fd(-1)
        os.close(r)
        os.close(w)


def serve(
    host: Annotated[
        str,
        typer.Option(metavar="HOST", help="Local address to listen on."),
    ] = "127.0.0.1",
    port: Annotated[
        int,
        typer.Option(
            min=0, max=65535, metavar="PORT", help="0 takes any free port."
        ),
    ] = 7007,
    mode: Annotated[
        str, typer.Option(metavar="MODE", help=", ".join(MODES) + ".")
    ] = "level",
    workers: Annotated[
        int,
        typer.Option(
            min=0,
            metavar="N",
            help="Threads that serve one-shot events; 0 is none.",
        ),
    ] = 0,
    idle_timeout: Annotated[
        float | None,
        typer.Option(
            metavar="S", help="Close a connection silent for S seconds."
        ),
    ] = None,
    max_connections: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="N",
            help="Serve N at once; more wait in the backlog, and are served "
            "when others leave.",
        ),
    ] = None,
    trace: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Write the server's calls there, as strace does; - is "
            "stderr. What a full pipe does not take is lost, and counted.",
        ),
    ] = None,
    dialect: DialectOption = "auto",
) -> None:
    """Run the echo server.

    Prints READY HOST PORT on stdout when it listens.  SIGTERM or SIGINT
    accept who waits, answer what has arrived and end with status 0, within
    five seconds; a second one ends at once.  Who is cut off then is said.
    """
    with contextlib.ExitStack() as undo:
        kernel: Kernel = LinuxKernel()
        report = undo.enter_context(_reporting())
        with one_line("cannot say READY"):
            stdout = undo.enter_context(Output(1))
        if trace is not None:
            sink = open_trace(trace, dialect, threads=workers > 0)
            kernel = TracedKernel(kernel, undo.enter_context(sink))
        with one_line(f"cannot listen on {host} port {port}"):
            listener = listen_on(host, port)
        with listener, one_line("cannot serve"):
            take_all()
            host, port = listener.getsockname()[:2]
            server = Server(
                kernel,
                listener.fileno(),
                mode,
                workers=workers,
                limits=Limits(
                    idle_timeout=idle_timeout, max_connections=max_connections
                ),
                report=report,
            )
            undo.callback(server.close)  # also if there is no pipe to be had
            listener.detach()  # the server owns it from here on
            undo.enter_context(_stopping_on_signals(server))
            # The pipe of the signals outlives the watch on it.
            undo.callback(server.close)
        with one_line("cannot say READY"):
            _announce(f"READY {host} {port}\n", stdout, server, report)
        with one_line("cannot go on serving"):
            server.run()
