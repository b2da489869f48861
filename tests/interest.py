"""The interest list, as the kernel shows it (proc_pid_fdinfo(5))."""


def interest_list(epfd: int) -> dict[int, tuple[int, int]]:
    """Read the interest list of an epoll of this process.

    Args:
        epfd: The descriptor of the instance.

    Returns:
        Mask and data word of each watch by its descriptor.
    """
    with open(f"/proc/self/fdinfo/{epfd}") as info:
        fields = [line.split() for line in info if line.startswith("tfd:")]
    found = {int(f[1]): (int(f[3], 16), int(f[5], 16)) for f in fields}
    assert len(found) == len(fields), "two watches share a number: a phantom"
    return found
