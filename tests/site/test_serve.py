"""What does a reader meet who types `make serve`?"""

import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.site import serve


def test_a_port_in_use_is_said_before_anything_runs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One line that names the port and the way out, status 2."""
    with socket.create_server((serve.HERE, 0)) as taken:
        port = taken.getsockname()[1]
        assert serve.main(["--port", str(port)]) == 2
    said = capsys.readouterr().err
    assert str(port) in said
    assert "make serve PORT=" in said
    assert said.count("\n") == 1


def test_it_serves_what_is_built_until_it_is_interrupted(
    tmp_path: Path,
) -> None:
    """The page comes, and Ctrl-C is no traceback."""
    site = tmp_path / "build" / "site"
    site.mkdir(parents=True)
    (site / "index.html").write_text("the site")
    code = (
        "from tests.site import serve\n"
        "import os, sys\n"
        f"os.chdir({str(tmp_path)!r})\n"
        "serve.build = lambda: None\n"
        "try:\n"
        "    serve.main(['--port', '0', '--no-samples'])\n"
        "except KeyboardInterrupt:\n"
        "    print()\n"
    )
    server = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        url = server.stdout.readline().split()[1]
        with urllib.request.urlopen(url) as page:
            assert page.read() == b"the site"
        server.send_signal(2)
        said = server.communicate(timeout=30)
    finally:
        server.kill()
        server.wait()
    assert server.returncode == 0
    assert said == ("\n", "")
