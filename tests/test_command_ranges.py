"""What a command says of a value that is out of range, or is no number."""

import pkgutil
import re
import typing
from collections.abc import Iterator
from typing import Any, Final, Literal

import pytest

from epollref.__main__ import main
from tests.commands import Words, every_command

BESIDES: Final = {
    ("serve",): ("--port", "0"),
    ("trace",): ("program.py",),
    ("record",): ("true",),
    ("model", "run"): ("script.epoll",),
}
"""What a command wants besides, or would have a value of its own for."""

OF_PYTHON: Final = re.compile(
    r"[Ii]nput|[Vv]alue error|literal|NoneType|<=|>=|-inf"
)


def options() -> Iterator[tuple[Words, str, Any, Any]]:
    """Go through the options of every command.

    Yields:
        The words of the command, the option as it is typed, the type of its
        value, and typer's notes on it.
    """
    for words, command in every_command():
        function = pkgutil.resolve_name(command.function)
        hints = typing.get_type_hints(function, include_extras=True)
        for name, hint in hints.items():
            for info in getattr(hint, "__metadata__", ()):
                kind = typing.get_args(hint)[0]
                if typing.get_origin(kind) not in (None, Literal):
                    kind = typing.get_args(kind)[0]
                declared = [info.default, *(info.param_decls or ())]
                long = [d for d in declared if str(d).startswith("--")]
                option = long[0] if long else f"--{name.replace('_', '-')}"
                yield words, option, kind, info


def refused(kind: Any, info: Any) -> list[str]:
    """Return values that an option of a type cannot take."""
    values = ["", "sideways"] if kind in (int, float) else []
    if typing.get_origin(kind) is Literal:
        values += ["", "sideways"]
    if kind is int:
        values += ["1.5", "9" * 5000]
    if kind is float:
        values += ["nan", "-1", "0"]
    if info.min is not None:
        values.append(str(info.min - 1))
    if info.max is not None:
        values.append(str(info.max + 1))
    return values


UNUSABLE: Final = [
    pytest.param(words, option, value, id=f"{option}={value[:9]}")
    for words, option, kind, info in options()
    for value in refused(kind, info)
]


@pytest.mark.parametrize(("words", "option", "value"), UNUSABLE)
def test_an_unusable_value_is_said_once(
    words: Words, option: str, value: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """One short line: the option, the value, and what it could be."""
    line = (*words, option, value, *BESIDES.get(words, ()))
    if option == "--port":
        line = (*words, option, value)
    assert main(line) == 2
    out, said = capfd.readouterr()
    assert out == ""
    assert re.fullmatch(r"epollref: .{10,150}\n", said), said
    name = option.strip("-").replace("-", "[- ]")
    assert len(re.findall(rf"\b{name}\b", said)) == 1, said
    assert len(value) < 2 or said.count(value[:30]) == 1
    assert not OF_PYTHON.search(said)


def test_the_options_with_numbers_were_found() -> None:
    """Else the test above would go through nothing."""
    found = {option for _, option, kind, _ in options() if kind in (int, float)}
    assert {"--port", "--workers", "--pid", "--steps", "--jobs"} <= found
