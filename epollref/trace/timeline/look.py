"""What the marks of a timeline look like."""

from typing import Final

SHAPES: Final = {
    "armed": "M-6 5 0 -6 6 5Z",
    "re-armed": "M-6 5 0 -6 6 5Z",
    "refused": "M-6 5 0 -6 6 5ZM-3 -1 3 5M-3 5 3 -1",
    "sent": "M0 -9V7M-4 2 0 7 4 2",
    "reported": "M-6 0a6 6 0 1 0 12 0a6 6 0 1 0 -12 0Z",
    "stale": "M-6 0a6 6 0 1 0 12 0a6 6 0 1 0 -12 0Z",
    "accepted": "M-6 0H6M0 -6V6",
    "read": "M-5 -5H5V5H-5Z",
    "drained": "M-5 -5H5V5H-5Z",
    "end": "M-6 0 0 -6 6 0 0 6Z",
    "written": "M-6 -5 0 6 6 -5Z",
    "full": "M-6 -5 0 6 6 -5Z",
    "failed": "M0 -7V3M0 5V7",
    "received": "M0 7V-9M-4 -4 0 -9 4 -4",
    "shut": "M-5 -6V6M-5 0H5",
    "peer-shut": "M0 -9V6M-5 6H5",
    "removed": "M0 -7V7",
    "phantom": "M-5 -5 5 5M-5 5 5 -5M-6 -7H6M-6 7H6",
    "closed": "M-5 -5 5 5M-5 5 5 -5",
}
"""Each kind of mark, as a path round its middle."""

HOLLOW: Final = frozenset(
    ("re-armed", "refused", "stale", "drained", "full", "sent", "received")
) | {"peer-shut"}
"""Nothing was moved by the program, or nothing new was said."""

STYLE: Final = """
svg { --ink: #1b1f24; --paper: #ffffff; --quiet: #5b6570; --rule: #d5dae0;
  --line: #1f6f8b; --armed: #a8ccd8; --event: #b3261e; --stall: #b5532a; }
@media (prefers-color-scheme: dark) { svg { --ink: #e8eaed;
  --paper: #16191d; --quiet: #a7b0ba; --rule: #3a424b; --line: #6cc5e0;
  --armed: #33606e; --event: #ff9d8f; --stall: #f0a070; } }
text { font: 14px system-ui, sans-serif; fill: var(--ink); }
.fig-paper { fill: var(--paper); }
.fig-small { font-size: 13px; fill: var(--quiet); }
.fig-wait { font-size: 12px; fill: var(--stall); }
.fig-end { text-anchor: end; }
.fig-rule, .fig-base { stroke: var(--rule); }
.fig-disarmed { stroke: var(--line); stroke-width: 1.5;
  stroke-dasharray: 2 4; }
.fig-armed-bar { stroke: var(--armed); stroke-width: 7; }
.fig-unread { fill: var(--rule); }
.fig-unread.fig-stalled { fill: var(--stall); fill-opacity: .55; }
.fig-mark { fill: var(--line); stroke: var(--line); stroke-width: 2; }
.fig-mark.fig-hollow { fill: var(--paper); }
.fig-mark:is(.fig-sent, .fig-received, .fig-peer-shut) { fill: none;
  stroke: var(--quiet); }
.fig-mark:is(.fig-reported, .fig-stale) { stroke: var(--event); }
.fig-mark.fig-reported { fill: var(--event); }
"""
