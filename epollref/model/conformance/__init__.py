"""The same script on two kernels, and the first place where they differ.

1. ``timers``  timerfd, which Python lacks
2. ``host``    the running kernel, with the model's methods and numbers
3. ``script``  calls and their outcomes
4. ``traced``  a call and its outcome as strace shows them
5. ``sides``   two traces side by side
6. ``choices`` the values at which something changes
7. ``generator`` scripts that nobody would write
8. ``handles`` what a number in a script stands for
9. ``shrink``  the shortest script that still differs
10. ``run``    a million calls
"""

from epollref.model.calibrate import measure
from epollref.model.conformance.host import HostKernel

__all__ = ["HostKernel", "measure"]
