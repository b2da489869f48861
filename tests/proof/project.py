"""Where the project lies: every part of the proof reads its files."""

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
"""The folder of the clone."""

DATA: Final = ROOT / "docs" / "data"
"""What measurements and long runs wrote, and pages show."""
