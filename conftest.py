"""Loads what runs the samples, where its libraries are installed.

`pytest --doctest-glob='*.md' docs/` works with pytest alone; the other
kinds of samples need sybil and pytest-examples.
"""

from importlib.util import find_spec

NEEDED = ("sybil", "pytest_examples")

pytest_plugins = ["tests.samples.plugin"] if all(map(find_spec, NEEDED)) else []
