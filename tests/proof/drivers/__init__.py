"""Scripts that have to settle: blocked threads, and TCP.

They are slower than ``epollref model verify``, and only tests run them.

1. ``settings`` what such scripts are about
2. ``scene``    scripts about threads that wait, and about TCP
3. ``settled``  a few thousand of their calls on both kernels
4. ``playing``  a script that somebody wrote, on both kernels
"""
