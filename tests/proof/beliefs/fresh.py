"""Are the last long runs those of the model as it is now?

    python -m tests.proof.beliefs.fresh

`make check` asks. The status is 1, with one line that says what to run, if
the model or what compares it has changed since `docs/data/verify.json`, or
since its mistakes were counted in `docs/data/mutants.json`.
"""

import json
import sys
from pathlib import Path

from epollref.model.verify.sources import digest
from tests.proof.project import DATA

COMMITTED = (DATA / "verify.json", DATA / "mutants.json")


def complaint(file: Path) -> str | None:
    """Say what is wrong with a result, in one line; None if it is fresh."""
    result = json.loads(file.read_text(encoding="utf-8"))
    if result.get("sources") == digest():
        return None
    return f"{file} is of another model than this one: run `make long`"


def main() -> int:
    """Look at the committed results."""
    said = [line for file in COMMITTED if (line := complaint(file))]
    for line in said:
        print(line, file=sys.stderr)
    return int(bool(said))


if __name__ == "__main__":
    sys.exit(main())
