"""Carries the answers over HTTP, by http.server.

Whatever comes in, nothing is printed: a reader who sees a traceback does
not know that it was the other side that hung up.
"""

import functools
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.proof.site.serve.answers import Answers, in_folder

HERE = "127.0.0.1"
IDLE_SECONDS = 30.0
SOON = 0.05


class Carrier(BaseHTTPRequestHandler):
    """Asks for the answer to a request, and sends it."""

    timeout = IDLE_SECONDS
    server: "Server"

    def do_GET(self) -> None:
        """Send the answer."""
        self._send(with_body=True)

    def do_HEAD(self) -> None:
        """Send the answer without its body."""
        self._send(with_body=False)

    def _send(self, *, with_body: bool) -> None:
        answer = self.server.answers(self.path)
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(answer.body)))
        # The next build may change any of it.
        self.send_header("Cache-Control", "no-store")
        if answer.location:
            self.send_header("Location", answer.location)
        self.end_headers()
        if with_body:
            self.wfile.write(answer.body)

    def log_message(self, *_: object, **__: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """Listens on loopback.

    Args:
        port: the port; 0 for a free one.
        answers: what is answered.

    Raises:
        OSError: EADDRINUSE, EACCES.
        OverflowError: the port is no port.
    """

    request_queue_size = 128

    def __init__(self, port: int, answers: Answers) -> None:
        super().__init__((HERE, port), Carrier)
        self.answers = answers

    @property
    def address(self) -> str:
        """Where the front page is."""
        return f"http://{HERE}:{self.server_port}/"

    def handle_error(self, *_: object) -> None:
        """Forget a connection that broke; name a fault of ours."""
        error = sys.exception()
        if not isinstance(error, OSError):
            print(f"epollref: answering: {error!r}", file=sys.stderr)


@contextmanager
def serving(server: Server) -> Iterator[str]:
    """Answer in threads; gives the address, and closes the server."""
    thread = threading.Thread(
        target=server.serve_forever, args=(SOON,), daemon=True
    )
    thread.start()
    try:
        yield server.address
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def file_server(folder: Path, port: int) -> Server:
    """Serve the files of a folder, and nothing else."""
    return Server(port, functools.partial(in_folder, folder))
