"""epoll, shown instead of told: the package behind the site.

Read it in this order; each part imports only parts above it.

1. ``masks``   the event bits and operations, as the manual spells them
2. ``kernel``  the seam: the nine system calls that all else stands on;
   ``proc``  what /proc says of a process, a part that stands on masks alone
3. ``linux``   those calls on the kernel you have, through libc;
   ``output``  output that may be slow, ``svg``  the elements of pictures
4. ``arguments``  what the methods of an epoll object take, and
   ``epoll``   that object: a drop-in for ``select.epoll``
5. ``server``  a full echo server: four modes, a one-shot worker pool
6. ``trace``   what a program asked of the kernel, in strace's words
7. ``model``   epoll as two lists, and whether the kernel agrees
8. ``commands``  what the command line can do, a module each
9. ``interrupts`` and ``linux_only`` guard the start of a command;
   ``parameters`` are what it takes, ``loading`` imports its module
10. ``__main__``  the command line, ``epollref``

Inside a package the order goes on in its docstring.
"""

__version__ = "0.1.0"
