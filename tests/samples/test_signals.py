"""Tests run as at a prompt, also where the shell ignores signals."""

import subprocess
import sys
from pathlib import Path

import pytest

IGNORED = "INT QUIT HUP"
PROBE = """
import subprocess, sys
import pytest

STATE = '''
import signal
print(signal.getsignal(signal.{name}) is signal.SIG_IGN)
'''

@pytest.mark.parametrize("name", ["SIGINT", "SIGQUIT", "SIGHUP"])
def test_a_child_hears_it(name):
    program = STATE.format(name=name)
    command = [sys.executable, "-c", program]
    assert subprocess.check_output(command, text=True) == "False\\n"
"""


@pytest.mark.parametrize("workers", ["0", "1"])
def test_signals_that_the_shell_ignored_reach_programs(
    pytestconfig: pytest.Config, tmp_path: Path, workers: str
) -> None:
    """As under `nohup make test &`: servers must not be deaf to it."""
    source = pytestconfig.rootpath / "conftest.py"
    (tmp_path / "conftest.py").write_bytes(source.read_bytes())
    (tmp_path / "test_probe.py").write_text(PROBE)
    done = subprocess.run(
        [
            *("sh", "-c", f"trap '' {IGNORED}; exec \"$@\"", "sh"),
            *(sys.executable, "-m", "pytest", "-q", "-n", workers),
            *("-p", "no:cacheprovider", "--rootdir", tmp_path, tmp_path),
        ],
        cwd=tmp_path,
        env={"PYTHONPATH": str(pytestconfig.rootpath), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
