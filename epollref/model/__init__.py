"""epoll as two lists: an executable model that agrees with the kernel.

Read it in this order; each module imports only modules above it.

1. ``waitqueue``   wakeups with keys, and who hears them first
2. ``profile``     the numbers of a machine
3. ``files``       what every file can do, and what most cannot
4. ``pipe``        a ring of pages
5. ``counters``    eventfd and timerfd
6. ``sockets``     unix stream sockets and their listener
7. ``epoll``       the interest list and the ready list
8. ``nesting``     epolls that watch epolls
9. ``waiters``     threads that are blocked in a wait
10. ``table``      descriptors, and the calls that make files
11. ``kernel``     the calls on descriptors
12. ``calibrate``  this machine's profile
13. ``conformance`` the same script on two kernels
14. ``scripts``    scripts that people write, played step by step

Only ``conformance`` knows Linux; the model imports words and the seam.
"""

from epollref.model.calibrate import measure
from epollref.model.kernel import DeadlockError, ModelKernel
from epollref.model.profile import Profile

__all__ = ["DeadlockError", "ModelKernel", "Profile", "measure"]
