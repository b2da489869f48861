"""A second generator: Hypothesis chooses the calls, and shrinks them.

It is forty times slower than the plain driver and finds less, but it knows
nothing of that driver's choices, so it has not its blind spots.
"""

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from epollref.masks import EVENT_BITS
from epollref.model import ModelKernel, measure
from epollref.model.host.kernel import HostKernel
from epollref.model.scripts.player import Argument, Call, Player
from epollref.model.verify.compare import small
from tests.proof.volume import volume

FDS = st.integers(3, 14)
MAKERS = st.sampled_from(
    (
        "epoll_create1",
        "socketpair",
        "pipe",
        "eventfd",
        "timerfd_create",
        "listener",
        "regular_file",
    )
)
MASKS = st.lists(
    st.sampled_from([bit for name, bit in EVENT_BITS.items()]), max_size=4
).map(lambda bits: sum(set(bits)))
SIZES = st.one_of(st.integers(0, 16), st.integers(0, 12000))


class TwoKernels(RuleBasedStateMachine):
    """The same call on both, and the same answer."""

    def __init__(self) -> None:
        super().__init__()
        profile = small(measure())
        self.host = HostKernel(profile)
        self.on_host = Player(self.host).play
        self.on_model = Player(ModelKernel(profile)).play
        self.call("epoll_create1", 0)
        self.call("socketpair")
        self.call("epoll_create1", 0)

    def teardown(self) -> None:
        self.host.finish()

    def call(self, name: str, *arguments: Argument) -> None:
        call = Call(name, arguments)
        assert self.on_model(call) == self.on_host(call), call

    @rule(name=MAKERS)
    def make(self, name: str) -> None:
        arguments = {"epoll_create1": (0,), "eventfd": (1, 0)}
        self.call(name, *arguments.get(name, ()))

    @rule(name=st.sampled_from(["dup", "close", "connect"]), fd=FDS)
    def name_one(self, name: str, fd: int) -> None:
        self.call(name, fd)

    @rule(fd=FDS)
    def accept(self, fd: int) -> None:
        self.call("accept4", fd, 0)

    @rule(
        epfd=FDS,
        op=st.integers(1, 4),
        fd=FDS,
        events=MASKS,
        data=st.integers(0, (1 << 64) - 1),
    )
    def control(
        self, epfd: int, op: int, fd: int, events: int, data: int
    ) -> None:
        self.call("epoll_ctl", epfd, op, fd, events, data)

    @rule(epfd=FDS, most=st.integers(0, 4))
    def wait(self, epfd: int, most: int) -> None:
        self.call("epoll_wait", epfd, most, 0)

    @rule(fd=FDS, size=SIZES)
    def read(self, fd: int, size: int) -> None:
        self.call("read", fd, size)

    @rule(fd=FDS, size=SIZES)
    def write(self, fd: int, size: int) -> None:
        self.call("write", fd, b"x" * size)

    @rule(fd=FDS, how=st.integers(0, 3))
    def shut(self, fd: int, how: int) -> None:
        self.call("shutdown", fd, how)

    @rule(fd=FDS, expired=st.booleans())
    def set_timer(self, fd: int, expired: bool) -> None:
        self.call("timerfd_settime", fd, expired)

    @rule(fd=FDS)
    def poll(self, fd: int) -> None:
        self.call("poll", fd)

    @invariant()
    def same_interest_lists(self) -> None:
        for fd in range(3, 7):
            self.call("fdinfo", fd)


TestTwoKernels = TwoKernels.TestCase
TestTwoKernels.settings = settings(
    max_examples=volume(20, 2000),
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
