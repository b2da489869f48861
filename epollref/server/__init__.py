"""A full echo server on epoll, written to be read.

Read it in this order; each module imports only modules above it.

1. ``limits``      how much and how long, in one place
2. ``report``      what is said when something goes wrong
3. ``modes``       four ways to watch, and the mask that each makes
4. ``session``     a conversation that knows no sockets
5. ``states``      the states of a connection, as a table
6. ``watch``       the table behind the data word
7. ``timers``      what is to be done later, in a heap
8. ``wakeup``      how another thread, or a signal, ends the sleep
9. ``reactor``     the loop: one epoll_wait, then its batch
10. ``oneshot``    re-arm patterns, and a pool of worker threads
11. ``shared``     what all connections have in common, bound once
12. ``connection`` one event, from the read to the re-arm
13. ``pooled``     the same connection, served by the pool
14. ``deadlines``  how long silence and lingering may last
15. ``acceptor``   the listener, and what to do when it is too much
16. ``listener``   the socket that it listens on
17. ``server``     all of it tied together, and the graceful end

Nothing here names a kernel: the server is given one.
"""
