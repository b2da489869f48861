"""A measurement is saved as a page shows it, with its machine and date."""

import json
import os
import time
from pathlib import Path

import pytest

from tests.proof.site import measured
from tests.proof.site.measure_modes import Usage
from tests.proof.site.measure_slack import TIMER

TIMERS = """\
 #0: <000000003097b68a>, tick_nohz_handler, S:01
 # expires at 1000-1000 nsecs [in 401932 to 401932 nsecs]
 #1: <00000000ae44732a>, hrtimer_wakeup, S:01
 # expires at 2000-52000 nsecs [in 17199224 to 17249224 nsecs]
"""


def test_a_saved_table_is_read_back_a_row_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measured, "DATA", tmp_path)
    measured.save("x", "How.", ["a", "b, µs"], [["one, two", 1.5], ["c", 2]])
    text = (tmp_path / "x.json").read_text(encoding="utf-8")
    found = json.loads(text)
    assert found["head"] == ["a", "b, µs"]
    assert found["rows"] == [["one, two", 1.5], ["c", 2]]
    assert found["machine"] == measured.machine()
    assert '\n    ["one, two", 1.5],\n' in text


def test_the_timers_of_waits_are_found_with_their_range() -> None:
    assert TIMER.findall(TIMERS) == [("2000", "52000")]


def test_processor_time_is_counted_for_all_threads() -> None:
    before = Usage.of(os.getpid())
    end = time.process_time() + 0.05
    while time.process_time() < end:
        pass
    after = Usage.of(os.getpid())
    assert after.ns > before.ns
    assert after.user_ticks + after.system_ticks > 0
