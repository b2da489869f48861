"""Linux behind the methods of the model: the kernel that you have.

1. ``calibrate`` this machine's profile
2. ``timers``    timerfd, which Python lacks
3. ``block``     descriptor numbers that are the same on both kernels
4. ``sockets``   buffers and names of real sockets
5. ``threads``   threads that are blocked, and when they have settled
6. ``loopback``  TCP connections, and when they have settled
7. ``kernel``    the running kernel, with the model's methods
"""
