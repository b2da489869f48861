"""Really out of descriptors: RLIMIT_NOFILE, in a process of its own."""

import resource
import socket
import subprocess
import sys

from tests.server.stage import Client, Stage

FEW = 24


def _run_out_of_descriptors() -> None:
    """Serve more peers than there are descriptors; in a child process."""
    peers = 40
    with Stage("edge") as stage:
        # The clients' descriptors are made before the limit falls.
        sockets = [socket.socket(stage.family) for _ in range(peers)]
        highest = max(each.fileno() for each in sockets)
        resource.setrlimit(
            resource.RLIMIT_NOFILE, (highest + 1 + FEW, highest + 1 + FEW)
        )
        clients = []
        for each in sockets:
            each.connect(stage.address)
            client = Client(each)
            client.send(b"hello")
            clients.append(client)
        served, told = [], []
        while clients:
            for client in list(clients):
                try:
                    got = client.take()
                except ConnectionResetError:
                    client.ended = True  # Closed with its bytes unread.
                    got = b""
                if got == b"hello":
                    served.append(client)
                elif not client.ended:
                    continue
                else:
                    told.append(client)
                clients.remove(client)
                client.close()
            stage.server.turn(20)
        assert len(served) + len(told) == peers
        assert len(served) >= FEW
        stage.until(lambda: not stage.server.connections)
        stage.assert_nothing_left()
        sys.stdout.write(f"{len(served)} served, {len(told)} told\n")


def test_really_out_of_descriptors_every_peer_gets_an_answer() -> None:
    """RLIMIT_NOFILE is reached: some are told, all others are served."""
    child = subprocess.run(
        [sys.executable, "-m", "tests.server.test_descriptors"],
        check=False,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert child.returncode == 0, child.stderr
    assert "served" in child.stdout


if __name__ == "__main__":
    _run_out_of_descriptors()
