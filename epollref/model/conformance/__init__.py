"""The same script on two kernels, and the first place where they differ.

1. ``timers``  timerfd, which Python lacks
2. ``block``   numbers that are the same on both
3. ``threads`` threads that are blocked, and when they have settled
4. ``host``    the running kernel, with the model's methods
5. ``script``  calls and their outcomes
6. ``traced``  a call and its outcome as strace shows them
7. ``sides``   two traces side by side
8. ``choices`` the values at which something changes
9. ``towers``  epolls that watch epolls, as high as they may be
10. ``generator`` scripts that nobody would write
11. ``handles`` what a number in a script stands for
12. ``shrink`` the shortest script that still differs
13. ``tally``  what was called, and how often it failed
14. ``run``    a million calls
15. ``parts``  ten million calls, in several processes
16. ``result`` what is kept of a run
17. ``scene``  scripts about threads that wait
18. ``crowd``  a few thousand calls with blocked threads
"""

from epollref.model.calibrate import measure
from epollref.model.conformance.host import HostKernel

__all__ = ["HostKernel", "measure"]
