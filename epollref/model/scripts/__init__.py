"""Scripts that people write: calls in strace's notation, played step by step.

1. ``reading``  the text of a script, line by line
2. ``values``   what stands between the brackets of a call
3. ``words``    what each call asks of a kernel, and what the line claims
4. ``sleepers`` waits without end, each a thread of its own
5. ``claims``   what a line claims, held against what came of it
6. ``stage``    one kernel, and the names that a script gives its descriptors
7. ``looking``  the two lists after each step
8. ``playing``  a whole script on the model, on Linux, or on both
9. ``showing``  the trace, with the lists after each step

The figures of the site are drawn from such runs.
"""

from epollref.model.scripts.playing import Play, play_on_linux, play_on_model
from epollref.model.scripts.reading import Script, ScriptError, read_script

__all__ = [
    "Play",
    "Script",
    "ScriptError",
    "play_on_linux",
    "play_on_model",
    "read_script",
]
