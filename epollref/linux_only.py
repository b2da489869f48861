"""Importing this ends a program that is not on Linux: one line, status 2.

The command line imports it first.  Constants that Linux alone has stand in
modules below, and an AttributeError of theirs would tell nobody what is
wrong.
"""

import sys

if sys.platform != "linux":
    sys.stderr.write(
        f"epollref: epoll is part of Linux, this is {sys.platform}\n"
    )
    sys.exit(2)
