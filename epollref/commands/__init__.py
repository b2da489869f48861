"""The commands of ``epollref``, one module each.

1. ``outcome``  exit statuses, and unusable arguments in one line
   ``streams`` what is written where nobody reads,
   ``descriptors`` how many a command may have
2. ``tracing``  what the options about traces mean;
   ``recording``  what is asked before strace is started,
   ``bypassed``  why a trace holds nothing
3. ``serve``    the echo server
4. ``trace``    a Python program with its epolls traced
5. ``record``   any program under strace
6. ``model_run``  a script on the model, on Linux, or on both
7. ``model_verify``  the model against the running kernel

A command reads its arguments, chooses a kernel, and hands both to a part of
the package.  It imports no other command.
"""
