"""How many descriptors a command may have."""

import resource


def take_all() -> None:
    """Raise the soft limit on descriptors to the hard one (setrlimit(2)).

    Each kernel under a script has a block of numbers for itself, and the
    usual soft limit has room for few of them.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
