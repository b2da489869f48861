"""A timeline in words: what stands in the picture, and in its description."""

from __future__ import annotations

from epollref.trace.calls import Shutdown, Write
from epollref.trace.items import Call
from epollref.trace.timeline_rows import KINDS
from tests.proof.site.timeline_story import Moment, Stage, Timeline


def did(stage: Stage) -> str:
    """Name the act of a stage."""
    if isinstance(stage.act, Write):
        return f"sends {stage.sent:,}"
    if isinstance(stage.act, Shutdown):
        return "half-closes"
    return "connects"


def got(received: Call) -> str:
    """Name what came back."""
    if received.failed:
        return "no answer"
    return f"got {received.result:,}" if received.result else "saw the end"


def owes(timeline: Timeline, number: int) -> bool:
    """Whether the client lacks something after a stage.

    Every byte comes back from an echo server, and the end is answered by
    the end.
    """
    stages = timeline.stages[: number + 1]
    sent = sum(stage.sent for stage in stages)
    calls = [s.received for s in stages if s.received is not None]
    received = sum(call.result or 0 for call in calls if not call.failed)
    ended = bool(calls) and calls[-1].result == 0
    asked_to_end = isinstance(stages[-1].act, Shutdown)
    return received < sent or (asked_to_end and not ended)


def spoken(timeline: Timeline) -> str:
    """Tell the whole picture to who does not see it."""
    sentences: list[str] = []
    for stage in timeline.stages:
        calls = ", ".join(_call(m) for m in stage.served) or "nothing"
        words = f"The client {did(stage)}; the server: {calls}"
        if stage.left:
            words += f"; it sleeps with {stage.left:,} bytes unread"
        if stage.received is not None:
            words += f"; then: {got(stage.received)}"
        sentences.append(words)
    return ". ".join(sentences) + "."


def _call(moment: Moment) -> str:
    if moment.kind in ("read", "written"):
        return f"{moment.kind} {moment.call.result:,}"
    return KINDS[moment.kind]
