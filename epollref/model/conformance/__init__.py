"""The same script on two kernels, and the first place where they differ.

1. ``timers``  timerfd, which Python lacks
2. ``host``    the running kernel, with the model's methods and numbers
3. ``script``  calls and their outcomes
4. ``choices`` the values at which something changes
5. ``generator`` scripts that nobody would write
6. ``handles`` what a number in a script stands for
7. ``shrink``  the shortest script that still differs
8. ``run``     a million calls
"""

from epollref.model.conformance.host import HostKernel

__all__ = ["HostKernel"]
