"""What each watch was told and what was done about it.

Read it in this order; each module imports only modules above it.

1. ``files``     descriptors, and the open files behind them
2. ``lives``     a row, which is the life of one watch, and its marks
3. ``columns``   a column for each call that left a mark
4. ``interest``  the interest list of an epoll, as far as a log shows it
5. ``tables``    who has which file: processes, threads, fork, dup, exec
6. ``watched``   which rows a call is about
7. ``rows``      the rows of a trace
8. ``spoken``    rows in words
9. ``look``, ``picture``  rows as a picture; ``draw`` makes it an SVG file
"""
