"""Scripts: calls in strace's notation, played on one kernel or on both.

1. ``kernel``   what a script asks of a kernel
2. ``parser``   the text of a script, line by line
3. ``words``    calls of scripts that are no system calls
4. ``pending``  calls that are still to be made, in short form
5. ``player``   a call on a kernel, and what it came to
6. ``values``   what stands between the brackets of a call
7. ``finished`` a call and its outcome, as one value of a trace
8. ``calls``    what each call asks of a kernel, and what the line claims
9. ``blocked``  waits without end, each a thread of its own
10. ``claims``  what a line claims, held against what came of it
11. ``runner``  one kernel, and the names that a script gives its descriptors
12. ``snapshot`` the two lists after each step
13. ``play``    a whole script on the model, on Linux, or on both
14. ``format``  the trace, with the lists after each step

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
