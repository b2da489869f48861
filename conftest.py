"""Loads what runs the samples, where its libraries are installed.

`pytest --doctest-glob='*.md' docs/` works with pytest alone; the other
kinds of samples need sybil and pytest-examples.
"""

import signal
from importlib.util import find_spec

NEEDED = ("sybil", "pytest_examples")

pytest_plugins = (
    ["tests.proof.samples.plugin"] if all(map(find_spec, NEEDED)) else []
)

# What a shell ignores for `command &` in a script, and nohup.
FROM_THE_KEYBOARD = (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP)


def pytest_configure() -> None:
    """Stop ignoring signals, for every program that a test starts.

    A signal that is ignored stays so through fork and exec, and a shell
    cannot trap it: `nohup make test &` would leave servers deaf to it.
    """
    for number in FROM_THE_KEYBOARD:
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)
