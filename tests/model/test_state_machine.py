"""A second generator: Hypothesis chooses the calls, and shrinks them.

It is forty times slower than the plain driver and finds less, but it knows
nothing of that driver's choices, so it has not its blind spots.
"""

from collections.abc import Callable

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from epollref.masks import EVENT_BITS
from epollref.model import ModelKernel, measure
from epollref.model.host.kernel import HostKernel
from epollref.model.scripts import pending
from epollref.model.scripts.player import Player
from epollref.model.verify.compare import small
from epollref.trace.calls import Call
from tests.proof.volume import volume

FDS = st.integers(3, 14)
MAKERS = st.sampled_from(
    (
        pending.create(),
        pending.SOCKETPAIR,
        pending.PIPE,
        pending.eventfd(1),
        pending.TIMER,
        pending.LISTENER,
        pending.REGULAR_FILE,
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
        self.call(pending.create())
        self.call(pending.SOCKETPAIR)
        self.call(pending.create())

    def teardown(self) -> None:
        self.host.finish()

    def call(self, call: Call) -> None:
        assert self.on_model(call) == self.on_host(call), call

    @rule(maker=MAKERS)
    def make(self, maker: Call) -> None:
        self.call(maker)

    @rule(
        one=st.sampled_from([pending.dup, pending.close, pending.connect]),
        fd=FDS,
    )
    def name_one(self, one: Callable[[int], Call], fd: int) -> None:
        self.call(one(fd))

    @rule(fd=FDS)
    def accept(self, fd: int) -> None:
        self.call(pending.accept(fd))

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
        self.call(pending.control(epfd, op, fd, events, data))

    @rule(epfd=FDS, most=st.integers(0, 4))
    def wait(self, epfd: int, most: int) -> None:
        self.call(pending.wait(epfd, most))

    @rule(fd=FDS, size=SIZES)
    def read(self, fd: int, size: int) -> None:
        self.call(pending.read(fd, size))

    @rule(fd=FDS, size=SIZES)
    def write(self, fd: int, size: int) -> None:
        self.call(pending.write(fd, b"x" * size))

    @rule(fd=FDS, how=st.integers(0, 3))
    def shut(self, fd: int, how: int) -> None:
        self.call(pending.shutdown(fd, how))

    @rule(fd=FDS, expired=st.booleans())
    def set_timer(self, fd: int, expired: bool) -> None:
        self.call(pending.settime(fd, expired))

    @rule(fd=FDS)
    def poll(self, fd: int) -> None:
        self.call(pending.poll(fd))

    @invariant()
    def same_interest_lists(self) -> None:
        for fd in range(3, 7):
            self.call(pending.fdinfo(fd))


TestTwoKernels = TwoKernels.TestCase
TestTwoKernels.settings = settings(
    max_examples=volume(20, 2000),
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
