"""The check is checked: does the random driver find a wrong belief?

``python -m tests.model.mutants`` copies the package, changes one line of
the model, and lets ``epollref model verify`` compare it with the kernel.  It
prints how many calls each belief survived, and fails if one survives all.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.model.beliefs import BELIEFS, Belief

ROOT = Path(__file__).parents[2]
STEPS = 400_000


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
        words = f"model verify --steps {STEPS} --seed {seed}".split()
        done = subprocess.run(
            [sys.executable, "-P", "-m", "epollref", *words],
            env={**os.environ, "PYTHONPATH": folder},
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode == 0:
        return -1
    match = re.match(r"call ([\d,]+) ", done.stdout)
    assert match, f"{belief.words}: {done.stdout}{done.stderr}"
    return int(match[1].replace(",", ""))


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
