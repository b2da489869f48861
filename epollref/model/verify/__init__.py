"""Random scripts on two kernels, and the first place where they differ.

1. ``choices``   the values at which something changes
2. ``towers``    epolls that watch epolls, as high as they may be;
   ``full_pipe`` who hears when a full pipe is read
3. ``generator`` scripts that nobody would write
4. ``handles``   what a number in a script stands for
5. ``shrink``    the shortest script that still differs
6. ``sides``     two traces side by side
7. ``shortened`` a difference, and both traces
8. ``tally``     what was called, and how often it failed
9. ``compare``   a million calls
10. ``workers``  ten million calls, in several processes
11. ``result``   what is kept of a run; ``sources`` what it rests on
"""
