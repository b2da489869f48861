"""Shows the site to a reader: run the samples here, build, serve.

    python -m tests.site.serve [--port N] [--no-samples]

The port is taken first, so that a reader who has it in use hears of it
before the samples run and not after.
"""

import argparse
import functools
import os
import subprocess
import sys
import webbrowser
from collections.abc import Sequence
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.samples import run
from tests.samples.run import LEDGER

SITE = Path("build/site")
HERE = "127.0.0.1"


class Quiet(SimpleHTTPRequestHandler):
    """Serves files, and says nothing about it."""

    def log_message(self, *_: object, **__: object) -> None:
        """Say nothing."""


def file_server(folder: Path, port: int) -> ThreadingHTTPServer:
    """Listen on loopback, to serve a folder.

    Raises:
        OSError: EADDRINUSE, EACCES.
        OverflowError: the port is no port.
    """
    handler = functools.partial(Quiet, directory=str(folder))
    return ThreadingHTTPServer((HERE, port), handler)


def address(server: ThreadingHTTPServer) -> str:
    """Where a server's front page is."""
    return f"http://{HERE}:{server.server_port}/"


def options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.site.serve")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument(
        "--no-samples",
        action="store_true",
        help="build without running the samples; the badges say so",
    )
    return parser.parse_args(arguments)


def build() -> None:
    """Build the site with what the run has left."""
    command = (sys.executable, "-m", "mkdocs", "build", "--quiet")
    subprocess.run(command, check=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until Ctrl-C.

    Returns:
        0, or 2 if the port cannot be had.
    """
    chosen = options(arguments)
    try:
        server = file_server(SITE, chosen.port)
    except (OSError, OverflowError) as error:
        print(
            f"cannot serve on port {chosen.port}: {error};"
            " another one: make serve PORT=8001",
            file=sys.stderr,
        )
        return 2
    with server:
        if chosen.no_samples:
            LEDGER.unlink(missing_ok=True)
        else:
            run.main()
        build()
        url = address(server)
        print(f"epollref: {url}  (Ctrl-C ends it)", flush=True)
        if "DISPLAY" in os.environ or "WAYLAND_DISPLAY" in os.environ:
            webbrowser.open(url)
        server.serve_forever()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print()
