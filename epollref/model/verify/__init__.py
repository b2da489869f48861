"""Random scripts on two kernels, and the first place where they differ.

1. ``choices``   the values at which something changes;
   ``sources``   the files that a result rests on
2. ``towers``    epolls that watch epolls, as high as they may be;
   ``full_pipe`` who hears when a full pipe is read;
   ``connecting`` sockets that connect where they may not
3. ``handles``   what a number in a script stands for
4. ``shrink``    the shortest script that still differs
5. ``sides``     two traces side by side
6. ``generator`` scripts that nobody would write
7. ``shortened`` a difference, and both traces
8. ``tally``     what was called, and how often it failed
9. ``compare``   a million calls
10. ``workers``  ten million calls, in several processes
11. ``result``   what is kept of a run
"""
