"""Scripts: calls in strace's notation, played on one kernel or on both.

1. ``player``   a call, and what it came to on a kernel
2. ``traced``   a call and its outcome as strace shows them
3. ``parser``   the text of a script, line by line
4. ``values``   what stands between the brackets of a call
5. ``calls``    what each call asks of a kernel, and what the line claims
6. ``blocked``  waits without end, each a thread of its own
7. ``claims``   what a line claims, held against what came of it
8. ``runner``   one kernel, and the names that a script gives its descriptors
9. ``snapshot`` the two lists after each step
10. ``play``    a whole script on the model, on Linux, or on both
11. ``format``  the trace, with the lists after each step

The figures of the site are drawn from such runs.
"""

from epollref.model.scripts.parser import Script, ScriptError, read_script
from epollref.model.scripts.play import Play, play_on_linux, play_on_model

__all__ = [
    "Play",
    "Script",
    "ScriptError",
    "play_on_linux",
    "play_on_model",
    "read_script",
]
