"""Scripts with many descriptors: Linux's limit, and ours, which says so."""

import contextlib
import os
from collections.abc import Iterator

import pytest

from epollref.commands.descriptors import take_all
from epollref.model import measure
from epollref.model.host.block import LOWEST, USUAL_ROOM
from epollref.model.host.kernel import HostKernel
from epollref.model.scripts.format import differences
from epollref.model.scripts.parser import ScriptError, read_script
from epollref.model.scripts.play import play_on_linux, play_on_model
from tests.conftest import open_descriptors
from tests.proof.limits import descriptor_limit

pytestmark = pytest.mark.usefixtures("no_descriptor_left")

MANY = 3000


@contextlib.contextmanager
def free(count: int) -> Iterator[int]:
    """Let so many descriptors in a row be free; the limit is returned.

    What started the tests may have left a high one open.
    """
    most = max(LOWEST, *(int(fd) + 1 for fd in open_descriptors())) + count
    with descriptor_limit(most):
        yield most


def last_on_linux(text: str, lists: bool = False) -> int:
    """Return what the last call of a script returned there."""
    outcome: int = (
        play_on_linux(read_script(text), lists).steps[-1].played.outcome
    )
    return outcome


def test_a_script_may_have_thousands_of_descriptors() -> None:
    script = read_script("eventfd2(0)\n" * MANY)
    with descriptor_limit():
        take_all()
        plays = [
            play_on_model(script, lists=False),
            play_on_linux(script, lists=False),
        ]
    assert differences(plays) == 0
    assert plays[1].steps[-1].played.outcome == MANY + 2


def test_all_that_is_allowed_can_be_had() -> None:
    """The limit is not shared out among kernels that do not play."""
    with free(500):
        assert last_on_linux("eventfd2(0)\n" * 500) == 502


def test_our_limit_is_said_as_ours_with_number_line_and_remedy() -> None:
    with free(500) as limit, pytest.raises(ScriptError) as caught:
        last_on_linux("eventfd2(0)\n" * 501)
    assert str(caught.value) == (
        "line 501: more than 500 descriptors at once: epollref's limit, not "
        f"Linux's; a higher ulimit -n than {limit} raises it"
    )


def test_with_lists_two_kernels_share_what_is_allowed() -> None:
    with free(500):
        assert last_on_linux("eventfd2(0)\n" * 250, lists=True) == 252
        with pytest.raises(ScriptError, match=r"^line 251: more than 250 desc"):
            last_on_linux("eventfd2(0)\n" * 251, lists=True)


def test_threads_that_sleep_have_a_share_of_it() -> None:
    waits = "epoll_create1() = ep\nepoll_wait(ep, 8, -1)\n"
    with free(500):
        assert last_on_linux(waits + "eventfd2(0)\n" * 249) == 252
        with pytest.raises(ScriptError, match=r"^line 252: more than 250 desc"):
            last_on_linux(waits + "eventfd2(0)\n" * 250)


def test_a_number_that_is_open_leaves_the_longer_part() -> None:
    """A shell leaves 255 open: the block is what is free behind it."""
    with free(500) as limit:
        inherited = os.open("/dev/null", os.O_RDONLY)
        os.dup2(inherited, limit - 500 + 55)
        os.close(inherited)
        try:
            with pytest.raises(ScriptError, match=r"^line 445: more than 444 "):
                last_on_linux("eventfd2(0)\n" * 500)
        finally:
            os.close(limit - 500 + 55)


def test_fewer_than_a_random_script_needs_are_refused() -> None:
    with (
        free(USUAL_ROOM - 1),
        pytest.raises(OSError, match=r"no 200 descriptors in a row .* ulimit"),
    ):
        HostKernel(measure())
