"""The interest list of an epoll of this process, by descriptor."""

from epollref.proc import interest
from epollref.proc.process import Process


def interest_list(epfd: int) -> dict[int, tuple[int, int]]:
    """Read the interest list of an epoll of this process.

    Args:
        epfd: The descriptor of the instance.

    Returns:
        Mask and data word of each watch by its descriptor.
    """
    with Process() as process:
        listed = list(interest.interest_list(process, epfd))
    found = {each.fd: (each.events, each.data) for each in listed}
    assert len(found) == len(listed), "two watches share a number: a phantom"
    return found
