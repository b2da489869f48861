"""The same script on two kernels, and the first place where they differ.

1. ``timers``  timerfd, which Python lacks
2. ``block``   numbers that are the same on both
3. ``threads`` threads that are blocked, and when they have settled
4. ``loopback`` TCP connections, and when they have settled
5. ``host``    the running kernel, with the model's methods
6. ``script``  calls and their outcomes
7. ``choices`` the values at which something changes
8. ``generator`` scripts that nobody would write
9. ``handles`` what a number in a script stands for
10. ``shrink``  the shortest script that still differs
11. ``run``    a million calls
12. ``settings`` scripts about threads that wait, and about TCP
13. ``scene``  how they are drawn
14. ``settled`` a few thousand calls of scripts that have to settle
"""

from epollref.model.conformance.host import HostKernel

__all__ = ["HostKernel"]
