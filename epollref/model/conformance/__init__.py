"""The same script on two kernels, and the first place where they differ.

1. ``timers``  timerfd, which Python lacks
2. ``block``   numbers that are the same on both
3. ``threads`` threads that are blocked, and when they have settled
4. ``loopback`` TCP connections, and when they have settled
5. ``host``    the running kernel, with the model's methods
6. ``script``  calls and their outcomes
7. ``traced``  a call and its outcome as strace shows them
8. ``sides``   two traces side by side
9. ``choices`` the values at which something changes
10. ``towers`` epolls that watch epolls, as high as they may be;
    ``full_pipe`` who hears when a full pipe is read
11. ``generator`` scripts that nobody would write
12. ``handles`` what a number in a script stands for
13. ``shrink`` the shortest script that still differs
14. ``shortened`` a difference, and both traces
15. ``tally``  what was called, and how often it failed
16. ``run``    a million calls
17. ``parts``  ten million calls, in several processes
18. ``result`` what is kept of a run; ``sources`` what it rests on
19. ``settings`` what scripts are about that need time to settle
20. ``scene``  scripts about threads that wait, and about TCP
21. ``settled`` a few thousand calls of scripts that have to settle
"""

from epollref.model.calibrate import measure
from epollref.model.conformance.host import HostKernel

__all__ = ["HostKernel", "measure"]
