"""A full echo server on epoll, written to be read.

Read it in this order; each module imports only modules above it.

1. ``modes``       four ways to watch, and the mask that each makes
2. ``session``     a conversation that knows no sockets
3. ``watch``       the table behind the data word
4. ``timers``      what is to be done later, in a heap
5. ``wakeup``      how another thread, or a signal, ends the sleep
6. ``reactor``     the loop: one epoll_wait, then its batch
7. ``oneshot``     re-arm patterns, and a pool of worker threads
8. ``shared``      what all connections have in common, bound once
9. ``connection``  one event, from the read to the re-arm
10. ``pooled``     the same connection, served by the pool
11. ``idle``       connections on which nothing moves
12. ``acceptor``   the listener, and what to do when it is too much
13. ``listener``   the socket that it listens on
14. ``server``     all of it tied together, and the graceful end

Nothing here names a kernel: the server is given one.
"""
