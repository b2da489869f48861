"""What a program asked of the kernel, in strace's own words.

Read it in this order; each module imports only modules above it.

1. ``words``   bits and errors by name; ``strings`` quoting, ``style`` which
   strace; ``value`` what makes a class a value
2. ``items``   what a log is made of: calls, signals, exits, remarks
3. ``calls``   the system calls, a module a family: each with its fields,
   its reader and its writer
4. ``notation``  a whole line
5. ``strace``  the strace that is installed, and how to run it
6. ``sinks``   where a trace goes: a list, a file, a stream
7. ``tracer``  the recorder round a kernel
8. ``foreign``  the recorder in the place of ``select.epoll``
9. ``timeline``  what each watch was told, in words and as a picture
10. ``log``    a whole log, as a stream of calls

Nothing here knows a server: a tool that knew ours would only audit ours.
"""
