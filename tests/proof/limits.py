"""The soft limit on descriptors (getrlimit(2)), changed for a while."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def descriptor_limit(most: int | None = None) -> Iterator[None]:
    """Put the limit back, whoever changed it.

    Args:
        most: What it is meanwhile; left as it is if left out.
    """
    before = soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(
        resource.RLIMIT_NOFILE, (soft if most is None else most, hard)
    )
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
