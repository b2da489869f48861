"""What a program asked of the kernel, in strace's own words.

Read it in this order; each module imports only modules above it.

1. ``items``   what a log is made of: calls, signals, exits, remarks
2. ``calls``   one finished call of the seam as a value;
   ``calls_descriptors`` and ``calls_processes`` are what else a log holds
3. ``notation_words``  bits and errors by name;
   ``notation_strings`` quoting, ``notation_args`` the arguments of a call,
   ``notation_foreign`` those that our tracer never sees
4. ``notation``  a whole line
5. ``strace``  the strace that is installed, and how to run it
6. ``sinks``   where a trace goes: a list, a file, a stream
7. ``tracer``  the recorder round a kernel
8. ``foreign``  the recorder in the place of ``select.epoll``
9. ``timeline_rows``  the life of each watch; ``timeline`` draws it
10. ``log_building``  immutable values, made quickly
11. ``log_epoll``, ``log_files``, ``log_foreign``  arguments read back;
    ``log_calls`` says which reader reads which call
12. ``log``    a whole log, as a stream of calls

Nothing here knows a server: a tool that knew ours would only audit ours.
"""
