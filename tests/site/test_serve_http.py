"""Whatever is asked of the site's server, it answers and says nothing."""

import errno
import socket
import struct
import threading
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from random import Random

import pytest

from tests.proof.programs.waiting import LIMIT_SECONDS, until
from tests.proof.site.serve.answers import Answer, in_folder
from tests.proof.site.serve.transport import HERE, Server, file_server, serving

FRONT = b"<p>front</p>"
GET = b"GET / HTTP/1.0\r\n\r\n"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site of two pages, and a file beside it that is not on it."""
    root = tmp_path / "site"
    (root / "a" / "b c").mkdir(parents=True)
    (root / "index.html").write_bytes(FRONT)
    (root / "a" / "b c" / "index.html").write_bytes(b"<p>deep</p>")
    (root / "x.css").write_bytes(b"p {}")
    (root / "big.bin").write_bytes(bytes(8_000_000))
    (tmp_path / "secret").write_bytes(b"secret")
    (root / "out").symlink_to(tmp_path / "secret")
    return root


@pytest.fixture
def port(site: Path, capfd: pytest.CaptureFixture[str]) -> Iterator[int]:
    """The site is served; at the end nothing may have been printed."""
    server = file_server(site, 0)
    with serving(server):
        alone = threading.active_count()
        yield server.server_port
        assert raw(server.server_port, GET).endswith(FRONT)
        until(lambda: threading.active_count() <= alone, "all is answered")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("target", "status", "kind"),
    [
        ("/", 200, "text/html; charset=utf-8"),
        ("/?x=1", 200, "text/html; charset=utf-8"),
        ("/x.css", 200, "text/css; charset=utf-8"),
        ("/a/b%20c/", 200, "text/html; charset=utf-8"),
        ("/a/", 404, ""),
        ("/x.css/", 404, ""),
        ("/../secret", 404, ""),
        ("/%2e%2e/secret", 404, ""),
        ("/..%2fsecret", 404, ""),
        ("/a/../../secret", 404, ""),
        ("/out", 404, ""),
        ("//secret", 404, ""),
        ("/%00", 404, ""),
        ("/a%00/", 404, ""),
        ("/%ff", 404, ""),
        ("/%ed%a0%80", 404, ""),
        ("/%zz%", 404, ""),
        ("/%0d%0aX:%20y", 404, ""),
        ("/" + "x" * 5000, 404, ""),
        ("/" + "x/" * 5000, 404, ""),
        ("http://[", 404, ""),
        ("*", 404, ""),
        ("", 404, ""),
    ],
)
def test_a_target_is_a_file_of_the_folder_or_nothing(
    site: Path, target: str, status: int, kind: str
) -> None:
    """No way leads out of it, and none to an error."""
    answer = in_folder(site, target)
    assert answer.status == status
    assert b"secret" not in answer.body
    if kind:
        assert answer.kind == kind


def test_a_folder_is_named_with_a_slash(site: Path) -> None:
    """Else the links of its page would lead elsewhere."""
    answer = in_folder(site, "/a/b%20c?x=1")
    assert (answer.status, answer.location) == (301, "/a/b%20c/")


def test_the_sites_own_page_says_that_there_is_none(site: Path) -> None:
    """If it has one."""
    assert b"no such page" in in_folder(site, "/nothing").body
    (site / "404.html").write_bytes(b"<p>lost</p>")
    assert in_folder(site, "/nothing").body == b"<p>lost</p>"


HUNG_UP = (errno.ECONNRESET, errno.EPIPE, errno.ENOTCONN)
"""What our next call says after a reset; a shutdown says the last."""


def raw(port: int, data: bytes) -> bytes:
    """Send bytes and half-close; what comes back to the end."""
    with socket.create_connection((HERE, port), LIMIT_SECONDS) as client:
        back = b""
        try:
            client.sendall(data)
            client.shutdown(socket.SHUT_WR)
            while chunk := client.recv(65536):
                back += chunk
        except OSError as error:  # it may hang up on what is too long
            if error.errno not in HUNG_UP:
                raise
        return back


def test_head_has_no_body(port: int) -> None:
    """And says how long it would be."""
    head = raw(port, b"HEAD / HTTP/1.0\r\n\r\n")
    assert b"Content-Length: %d\r\n" % len(FRONT) in head
    assert head.endswith(b"\r\n\r\n")


JUNK = [
    b"",
    b"\r\n",
    b"\x00" * 100,
    b"\x16\x03\x01\x02\x00\x01\x00",  # somebody tries TLS
    b"GET\r\n\r\n",
    b"GET /%00 HTTP/1.0\r\n\r\n",
    b"GET /\x00 HTTP/1.0\r\n\r\n",
    b"GET /\xff\xfe HTTP/1.0\r\n\r\n",
    b"GET /%ed%a0%80 HTTP/1.0\r\n\r\n",
    b"GET /../../../etc/passwd HTTP/1.0\r\n\r\n",
    b"GET http://[::1 HTTP/1.0\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET / HTTP/x\r\n\r\n",
    b"GET / HTTP/1.0\r\nno header\r\n\r\n",
    b"GET / HTTP/1.0\r\n" + b"X: y\r\n" * 1000 + b"\r\n",
    b"GET / HTTP/1.0\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
    b"GET /" + b"x" * 100_000 + b" HTTP/1.0\r\n\r\n",
    b"GET /" + b"x" * 10_000_000,
    b"GET / HTTP/1.0\r\nIf-Modified-Since: \xff\r\nRange: -\r\n\r\n",
    b"POST / HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello",
    b"DELETE / HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nExpect: 100-continue\r\n\r\n",
    b"GET /x",
]


@pytest.mark.parametrize("data", JUNK, ids=range(len(JUNK)))
def test_no_request_prints_a_word(port: int, data: bytes) -> None:
    """The next one is answered all the same."""
    raw(port, data)


def test_no_random_bytes_print_a_word(port: int) -> None:
    """With and without a request line before them."""
    random = Random(1)
    for number in range(100):
        data = random.randbytes(random.randrange(1, 300))
        start = b"GET /" if number % 2 else b""
        end = b" HTTP/1.0\r\n\r\n" if number % 3 else b""
        raw(port, start + data + end)


def test_a_peer_that_resets_is_forgotten(port: int) -> None:
    """In the middle of its request, and of an answer to it."""
    abort = struct.pack("ii", 1, 0)  # linger for no time: RST
    for data in (b"GET /b", b"GET /big.bin HTTP/1.0\r\n\r\n"):
        for read in (0, 1000):
            with socket.create_connection((HERE, port)) as client:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, abort)
                client.sendall(data)
                if read and data.endswith(b"\n"):
                    assert client.recv(read)


def test_a_fault_of_ours_is_one_line(
    capfd: pytest.CaptureFixture[str],
) -> None:
    """What was wrong, without a traceback; and the server goes on."""
    faults = iter([True, False])

    def answers(target: str) -> Answer:
        if next(faults):
            raise LookupError(target)
        return Answer(HTTPStatus.OK, "text/plain", b"fine")

    server = Server(0, answers)
    with serving(server):
        assert raw(server.server_port, b"GET /x HTTP/1.0\r\n\r\n") == b""
        fine = raw(server.server_port, b"GET /x HTTP/1.0\r\n\r\n")
    assert fine.endswith(b"fine")
    said = capfd.readouterr().err
    assert said == "epollref: answering: LookupError('/x')\n"


def test_nothing_is_left_open(site: Path, no_descriptor_left: None) -> None:
    """Neither a socket nor a thread that holds one."""
    before = threading.active_count()
    server = file_server(site, 0)
    with serving(server):
        assert raw(server.server_port, GET).endswith(FRONT)
    until(lambda: threading.active_count() == before, "all threads ended")
