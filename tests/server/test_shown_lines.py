"""Does every line of the server that the site shows run in a test?

The pages on the server include sections of its modules.  A section counts
as run only if one test executed every line of it, so those tests of the server
that are small run here once more, under coverage.py, in one process.
"""

import os
import subprocess
import sys
from pathlib import Path

from tests.proof.programs.covering import line_trace, traced_lines
from tests.proof.programs.executed import note
from tests.proof.programs.sections import sections, unexecuted

TESTS = Path(__file__).parent
ROOT = TESTS.parents[1]
SERVER = ROOT / "epollref" / "server"

# Edge and the pool together reach every line; level and one-shot add none.
REACH_ALL = "pool or test_oneshot or not (level or oneshot)"


def test_every_line_that_the_site_shows_is_executed(tmp_path: Path) -> None:
    """One traced run of all the server's tests reaches every section."""
    log = tmp_path / "lines"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-x"),
            *("-p", "no:cacheprovider", "-m", "not big", "-k", REACH_ALL),
            *(f"--ignore={__file__}", str(TESTS)),
        ],
        cwd=ROOT,
        env={**os.environ, **line_trace(f"{SERVER}/*", log)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4_000:]
    traced = traced_lines(log)
    missed = {}
    for module in sorted(SERVER.glob("*.py")):
        if sections(module):
            note(module, traced[module])
            missed[module.name] = unexecuted(module, traced[module])
    assert len(missed) >= 10
    assert not any(missed.values()), missed
