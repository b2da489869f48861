"""A full echo server on epoll, written to be read.

Read it in this order; each module imports only modules above it.

1. ``modes``       four ways to watch, and the mask that each makes
2. ``session``     a conversation that knows no sockets
3. ``report``      what is said when something goes wrong
4. ``watch``       the table behind the data word
5. ``timers``      what is to be done later, in a heap
6. ``wakeup``      how another thread, or a signal, ends the sleep
7. ``reactor``     the loop: one epoll_wait, then its batch
8. ``oneshot``     re-arm patterns, and a pool of worker threads
9. ``shared``      what all connections have in common, bound once
10. ``connection`` one event, from the read to the re-arm
11. ``pooled``     the same connection, served by the pool
12. ``idle``       connections on which nothing moves
13. ``acceptor``   the listener, and what to do when it is too much
14. ``listener``   the socket that it listens on
15. ``server``     all of it tied together, and the graceful end

Nothing here names a kernel: the server is given one.
"""
