"""Random scripts reach every line of the model.

A rule that no script reaches is a rule that was never compared with the
kernel.  So the comparison from a fixed seed runs under coverage.py, and what
did not run is listed; it has to be what no script can reach, and nothing
more.
"""

import os
import subprocess
import sys
from pathlib import Path

from tests.proof.programs.covering import line_trace, traced_lines
from tests.proof.programs.executed import note
from tests.proof.programs.sections import python_missed, sections, unexecuted
from tests.proof.project import ROOT

MODEL = ROOT / "epollref" / "model"
NOT_THE_MODEL = ("__init__.py",)
"""What has no rules."""

UNREACHED = {
    # A wait without end, which Linux would not end either; and a read of
    # fewer than no bytes, which no program can ask for.
    "kernel.py": ["raise DeadlockError(", "raise failure(errno.EINVAL)"],
}
"""The lines that no script can reach, by how they begin."""

PROGRAM = """
from epollref.model import ModelKernel, measure
from epollref.model.verify.compare import Comparison
from tests.proof.drivers.settings import CONNECTS, ENDS, LOOPBACK, THREADS
from tests.proof.drivers.settled import SettledComparison

class Looking(ModelKernel):
    # What figures show of a ready list is what the next wait reports.
    def epoll_wait(self, epfd, maxevents, timeout_ms):
        try:
            shown = self.candidates(epfd)
        except OSError:
            shown = []
        due = [(events, data) for _, events, data in shown if events]
        records = super().epoll_wait(epfd, maxevents, timeout_ms)
        assert records == due[:maxevents], (records, shown)
        return records

*_, last = Comparison(measure(), 1, Looking).run(100_000)
assert last == 100_000, getattr(last, "trace", last)
slow = (THREADS, 6_000), (LOOPBACK, 1_000), (ENDS, 8_000), (CONNECTS, 9_000)
for setting, steps in slow:
    *_, last = SettledComparison(measure(), 1, setting).run(steps)
    assert isinstance(last, int), last.trace
"""


def test_random_scripts_run_every_line_of_the_model(tmp_path: Path) -> None:
    log = tmp_path / "lines"
    subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env={**os.environ, **line_trace(f"{MODEL}/*", log)},
        check=True,
    )
    traced = traced_lines(log)
    missed = {}
    for module in sorted(MODEL.glob("*.py")):
        if module.name not in NOT_THE_MODEL:
            source = module.read_text().splitlines()
            numbers = sorted(python_missed(module, traced[module]))
            missed[module.name] = [source[n - 1].strip() for n in numbers]
    left = {name: lines for name, lines in missed.items() if lines}
    assert left.keys() == UNREACHED.keys(), left
    for name, lines in left.items():
        expected = zip(lines, UNREACHED[name], strict=True)
        assert all(line.startswith(begin) for line, begin in expected), left
    assert len(missed) >= 9
    for module in traced:
        if sections(module):
            assert not unexecuted(module, traced[module])
            note(module, traced[module])
