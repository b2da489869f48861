"""The same script on two kernels, and the first place where they differ.

1. ``timers``  timerfd, which Python lacks
2. ``block``   numbers that are the same on both
3. ``threads`` threads that are blocked, and when they have settled
4. ``host``    the running kernel, with the model's methods
5. ``script``  calls and their outcomes
6. ``traced``  a call and its outcome as strace shows them
7. ``sides``   two traces side by side
8. ``choices`` the values at which something changes
9. ``generator`` scripts that nobody would write
10. ``handles`` what a number in a script stands for
11. ``shrink`` the shortest script that still differs
12. ``run``    a million calls
13. ``scene``  scripts about threads that wait
14. ``crowd``  a few thousand calls with blocked threads
"""

from epollref.model.calibrate import measure
from epollref.model.conformance.host import HostKernel

__all__ = ["HostKernel", "measure"]
