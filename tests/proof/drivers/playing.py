"""A script on both kernels, and its lines."""

from collections.abc import Sequence

from epollref.model.scripts import (
    Play,
    Script,
    play_on_linux,
    play_on_model,
    read_script,
)
from epollref.model.scripts.format import trace
from epollref.trace.notation import Notation


def on_both(text: str) -> list[Play]:
    return play_on_both(read_script(text))


def play_on_both(script: Script) -> list[Play]:
    return [play_on_model(script), play_on_linux(script)]


def written(plays: Sequence[Play], lists: bool = True) -> list[str]:
    return list(trace(plays, Notation(dialect="6.13"), lists))
