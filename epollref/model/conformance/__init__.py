"""The same script on two kernels, and the first place where they differ.

1. ``timers``  timerfd, which Python lacks
2. ``host``    the running kernel, with the model's methods and numbers
3. ``script``  calls and their outcomes
4. ``choices`` the values at which something changes
5. ``towers``  epolls that watch epolls, as high as they may be
6. ``generator`` scripts that nobody would write
7. ``handles`` what a number in a script stands for
8. ``shrink``  the shortest script that still differs
9. ``tally``   what was called, and how often it failed
10. ``run``    a million calls
11. ``parts``  ten million calls, in several processes
12. ``result`` what is kept of a run
"""

from epollref.model.conformance.host import HostKernel

__all__ = ["HostKernel"]
