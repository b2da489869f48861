"""The listening socket, and what is refused in one line."""

import errno
import socket

import pytest

from epollref.server.listener import listen_on


def test_a_listener_does_not_block_and_does_not_delay() -> None:
    """Its connections inherit TCP_NODELAY."""
    with listen_on("127.0.0.1", 0) as listener:
        assert not listener.getblocking()
        address = listener.getsockname()
        with socket.create_connection(address):
            listener.settimeout(60)
            accepted, _ = listener.accept()
            with accepted:
                no_delay = accepted.getsockopt(
                    socket.IPPROTO_TCP, socket.TCP_NODELAY
                )
    assert no_delay


def test_a_port_can_be_used_again_at_once() -> None:
    """Old connections in TIME_WAIT are no obstacle."""
    with listen_on("127.0.0.1", 0) as listener:
        address = listener.getsockname()
        client = socket.create_connection(address)
        listener.settimeout(60)
        accepted, _ = listener.accept()
        accepted.close()  # The side that closes first has the TIME_WAIT.
        client.close()
    with listen_on(*address) as again:
        assert again.getsockname() == address


def test_a_port_in_use_is_refused() -> None:
    """EADDRINUSE, and nothing is left open."""
    with listen_on("127.0.0.1", 0) as listener:
        with pytest.raises(OSError, match="in use") as refused:
            listen_on(*listener.getsockname())
        assert refused.value.errno == errno.EADDRINUSE


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_port_out_of_range_is_refused(port: int) -> None:
    """The message says what is."""
    with pytest.raises(ValueError, match="0 to 65535"):
        listen_on("127.0.0.1", port)


def test_an_address_that_is_not_local_is_refused() -> None:
    """192.0.2.1 is nobody's (RFC 5737)."""
    with pytest.raises(OSError, match="assign") as refused:
        listen_on("192.0.2.1", 0)
    assert refused.value.errno == errno.EADDRNOTAVAIL


def test_the_first_address_that_is_local_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name may have others, such as ``localhost`` where IPv6 is off."""
    kind = (socket.SOCK_STREAM, socket.IPPROTO_TCP, "")
    found = [
        (socket.AF_INET, *kind, ("192.0.2.1", 0)),
        (socket.AF_INET, *kind, ("127.0.0.1", 0)),
        (socket.AF_INET, *kind, ("127.0.0.2", 0)),
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with listen_on("everywhere", 0) as listener:
        assert listener.getsockname()[0] == "127.0.0.1"


def test_a_port_in_use_is_not_left_for_another_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else the server would listen where nobody looks for it."""
    kind = (socket.SOCK_STREAM, socket.IPPROTO_TCP, "")
    with listen_on("127.0.0.1", 0) as first:
        found = [
            (socket.AF_INET, *kind, first.getsockname()),
            (socket.AF_INET, *kind, ("127.0.0.2", 0)),
        ]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
        with pytest.raises(OSError, match="in use"):
            listen_on("everywhere", 0)


def test_no_host_means_every_ipv4_address() -> None:
    """As ``bind`` understands the empty string."""
    with listen_on("", 0) as listener:
        assert listener.getsockname()[0] == "0.0.0.0"


def test_an_ipv6_address_is_listened_on() -> None:
    """``::1`` where the machine has it, a clear refusal where not."""
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            has_it = True
    except OSError:
        has_it = False
    if has_it:
        with listen_on("::1", 0) as listener:
            assert listener.family is socket.AF_INET6
    else:
        with pytest.raises(OSError, match=r".+"):
            listen_on("::1", 0)
