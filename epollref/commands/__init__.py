"""The commands of ``epollref``, one module each.

1. ``outcome``  exit statuses, and unusable arguments in one line
   ``streams`` what is written where nobody reads,
   ``outputs`` whether results can be written, and who may read them,
   ``program`` a Python program, run as ``python`` runs it,
   ``descriptors`` how many a command may have
2. ``tracing``  what the options about traces mean;
   ``recording``  what is asked before strace is started
3. ``bypassed``  why a trace holds nothing;
   ``drawing``  the timeline of a program that may end in any way
4. ``serve``    the echo server
5. ``trace``    a Python program with its epolls traced
6. ``record``   any program under strace
7. ``timeline``  what each watch of a strace log was told
8. ``model_run``  a script on the model, on Linux, or on both
9. ``model_verify``  the model against the running kernel

A command reads its arguments, chooses a kernel, and hands both to a part of
the package.  It imports no other command.
"""
