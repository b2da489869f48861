"""What /proc says of a process, without stopping or touching it.

Read it in this order; each module imports only modules above it.

1. ``access``   why /proc refuses, and what helps; the process that is gone
2. ``procstat``  a line about a process or a thread: name, state, parent, times
3. ``process``  one process, held so that its number cannot become another's
4. ``descriptors``  what each descriptor is
5. ``interest``  the interest list of an epoll; ``fdinfo`` what /proc says of
   an eventfd, a timerfd, a signalfd, an inotify, an io_uring
6. ``socket_values``  a socket as a value; ``sock_diag`` and
   ``socket_tables`` are the two places where the kernel lists them, and
   ``sockets`` chooses
7. ``syscalls``  system calls by number; ``threads`` what each thread does
8. ``snapshot``  all of it at one moment, and as JSON

Nothing here writes, signals or traces.  A process that ends meanwhile is a
``ProcessGoneError``, a refusal is a ``PermissionError`` that names the remedy,
and no other exception comes from what the process does.
"""
