"""Two ends of a TCP connection over loopback, for tests of its rules."""

from epollref.model.scripts.kernel import ScriptKernel


def tcp_pair(kernel: ScriptKernel) -> tuple[int, int]:
    """Return a client and the end that was accepted."""
    listener = kernel.tcp_listener()
    client = kernel.connect(listener)
    served = kernel.accept4(listener, 0)
    kernel.close(listener)
    return client, served
