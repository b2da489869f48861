"""The same script on two kernels, and the first place where they differ.

1. ``timers``  timerfd, which Python lacks
2. ``block``   numbers that are the same on both
3. ``threads`` threads that are blocked, and when they have settled
4. ``host``    the running kernel, with the model's methods
5. ``script``  calls and their outcomes
6. ``choices`` the values at which something changes
7. ``generator`` scripts that nobody would write
8. ``handles`` what a number in a script stands for
9. ``shrink``  the shortest script that still differs
10. ``run``    a million calls
11. ``scene``  scripts about threads that wait
12. ``crowd``  a few thousand calls with blocked threads
"""

from epollref.model.conformance.host import HostKernel

__all__ = ["HostKernel"]
