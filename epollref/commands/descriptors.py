"""How many descriptors a command may have."""

import resource


def take_all() -> int:
    """Raise the soft limit on descriptors to the hard one (setrlimit(2)).

    A server has one for each peer.  Each kernel under a script has a block
    of numbers for itself, and the usual soft limit has room for few of them.

    Returns:
        The limit.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard
