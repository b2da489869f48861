"""The model of epoll, and whether the kernel agrees with it."""
