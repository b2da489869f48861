"""Two kernels for one test: the model, and the one that runs."""

from collections.abc import Iterator

import pytest

from epollref.model import ModelKernel, measure
from epollref.model.host.kernel import HostKernel
from epollref.model.scripts.kernel import ScriptKernel


@pytest.fixture(params=["model", "linux"])
def kernel(request: pytest.FixtureRequest) -> Iterator[ScriptKernel]:
    """The test runs on both: what it says of one holds for the other."""
    if request.param == "model":
        yield ModelKernel(measure())
        return
    with HostKernel(measure()) as host:
        yield host


@pytest.fixture
def epfd(kernel: ScriptKernel) -> int:
    """An epoll instance."""
    return kernel.epoll_create1(0)
