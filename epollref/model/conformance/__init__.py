"""The same script on two kernels, and the first place where they differ.

1. ``timers``  timerfd, which Python lacks
2. ``host``    the running kernel, with the model's methods and numbers
3. ``script``  calls and their outcomes
4. ``choices`` the values at which something changes
5. ``generator`` scripts that nobody would write
6. ``handles`` what a number in a script stands for
7. ``shrink``  the shortest script that still differs
8. ``tally``   what was called, and how often it failed
9. ``run``     a million calls
10. ``parts``  ten million calls, in several processes
11. ``result`` what is kept of a run
"""

from epollref.model.conformance.host import HostKernel

__all__ = ["HostKernel"]
