"""epoll as two lists: an executable model that agrees with the kernel.

Read it in this order; each module imports only modules above it.

1. ``waitqueue``   wakeups with keys, and who hears them first
2. ``profile``     the numbers of a machine
3. ``files``       what every file can do, and what most cannot
4. ``pipe``        a ring of pages
5. ``counters``    eventfd and timerfd
6. ``sockets``     unix stream sockets
7. ``connecting``  how a TCP socket connects
8. ``tcp``         TCP over loopback, once everything has arrived
9. ``listeners``   what unix clients connect to
10. ``tcp_listeners``  what TCP clients connect to
11. ``epoll``      the interest list and the ready list
12. ``nesting``    epolls that watch epolls
13. ``waiters``    threads that are blocked in a wait
14. ``table``      descriptors, and the calls that make files
15. ``kernel``     the calls on descriptors

Three rooms stand on it, each only on those above:

- ``host``     Linux behind the same methods, and this machine's profile
- ``scripts``  calls in strace's notation, played on one kernel or both
- ``verify``   random scripts, and the first place where the two differ

Only ``host`` knows Linux; the model imports words and the seam.
"""

from epollref.model.files import OutsideScopeError
from epollref.model.host.calibrate import measure
from epollref.model.kernel import DeadlockError, ModelKernel
from epollref.model.profile import Profile

__all__ = [
    "DeadlockError",
    "ModelKernel",
    "OutsideScopeError",
    "Profile",
    "measure",
]
