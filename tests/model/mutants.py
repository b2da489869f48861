"""The check is checked: does the random driver find a wrong belief?

``python -m tests.model.mutants`` copies the package, changes one line of
the model, and compares it with the kernel.  It prints how many calls each
belief survived, and fails if one survives all.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.model.beliefs import BELIEFS, Belief

ROOT = Path(__file__).parents[2]
STEPS = 400_000
PROGRAM = """
import sys
from epollref.model import measure
from epollref.model.conformance.run import Comparison

comparison = Comparison(measure(), int(sys.argv[2]))
*_, found = comparison.run(int(sys.argv[1]))
print(-1 if isinstance(found, int) else found.steps)
"""


def change(model: Path, belief: Belief) -> None:
    """Put a wrong belief into a copy of the model."""
    file = model / belief.file
    text = file.read_text()
    assert belief.old in text, f"{belief.words}: {belief.file} has changed"
    file.write_text(text.replace(belief.old, belief.new))


def survived(belief: Belief, seed: int = 1) -> int:
    """Return how many calls it took to find it; -1 if it was not found."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "epollref"
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "epollref", copy, ignore=ignore)
        change(copy / "model", belief)
        done = subprocess.run(
            [sys.executable, "-P", "-c", PROGRAM, str(STEPS), str(seed)],
            env={**os.environ, "PYTHONPATH": folder},
            cwd=folder,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    return int(done.stdout)


def main() -> int:
    """Try every belief."""
    missed = 0
    for belief in BELIEFS:
        steps = survived(belief)
        missed += steps < 0 and not belief.harmless
        found = f"{steps:>9,}" if steps >= 0 else "not found"
        print(found, belief.words, belief.harmless, sep="  ", flush=True)
    print(f"{len(BELIEFS)} beliefs, {missed} missed")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
