"""The same script on two kernels, and the first place where they differ.

1. ``timers``  timerfd, which Python lacks
2. ``host``    the running kernel, with the model's methods and numbers
3. ``script``  calls and their outcomes
4. ``generator`` scripts that nobody would write
5. ``shrink``  the shortest script that still differs
6. ``run``     a million calls
"""

from epollref.model.conformance.host import HostKernel

__all__ = ["HostKernel"]
