"""The options and arguments of a command: how they are read and described.

typer makes them.  Their values are read here, for typer 0.29 asks pydantic
even for a string: importing that takes longer than all else at the start, and
it words what is wrong for programmers.  Our command lines have numbers,
words, paths, and choices of words.
"""

import math
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal, get_args, get_origin

import typer
from typer.utils import get_params_from_function

_SHOWN: Final = 40
"""Characters of an unusable value that a message repeats."""


def adopt(
    parameters: list[Any], function: Callable[..., Any] | None
) -> list[Any]:
    """Read and describe the parameters of a command in our way.

    Args:
        parameters: As typer has made them.
        function: What the command calls.

    Returns:
        The same ones, changed.
    """
    metas = get_params_from_function(function) if function else {}
    for each in parameters:
        if "process_value" in vars(each):
            continue  # typer asks again and again.
        # Flags for help and completion are no parameters of the function.
        usual, meta = each.process_value, metas.get(each.name)
        each.process_value = partial(_process, each, usual, meta)
        if each.param_type_name == "argument":
            # The metavar says how often it may be there; typer would add the
            # name of a Python type.
            each.get_help_record = partial(_named, (each.metavar, each.help))
            each.get_usage_pieces = partial(_named, [each.metavar])
    return parameters


def _named(words: Any, _: Any) -> Any:
    """Return what is known without the context."""
    return words


def _process(
    parameter: Any, usual: Callable[..., Any], meta: Any, ctx: Any, value: Any
) -> Any:
    """Read what the command line says.

    Args:
        parameter: The option or argument.
        usual: What would read it.
        meta: typer's notes: the annotation, and the range.
        ctx: That of the command.
        value: A text, a flag, several texts, the default, or None.

    Raises:
        BadParameter: It is not what is wanted; says what is.
        MissingParameter: It is wanted, and not there.
    """
    texts = value if isinstance(value, list | tuple) else [value]
    if texts and all(isinstance(text, str) for text in texts):
        try:
            read = [
                _read(each, meta.annotation, meta.default) for each in texts
            ]
            return read[0] if isinstance(value, str) else read
        except ValueError as error:
            raise typer.BadParameter(str(error), ctx, parameter) from error
    if isinstance(value, bool) or (value is None and parameter.required):
        return usual(ctx, value)  # It has a callback, or is missing.
    return value


def _read(text: str, kind: Any, info: Any) -> Any:
    while get_origin(kind) not in (None, Literal):  # several, or None
        kind = get_args(kind)[0]
    if get_origin(kind) is Literal:
        return _choice(text, get_args(kind))
    if kind in (int, float):
        return _number(text, kind, info)
    return Path(text) if kind is Path else text


def _choice(text: str, words: tuple[str, ...]) -> str:
    if text not in words:
        raise ValueError(f"{_shown(text)} is none of {', '.join(words)}")
    return text


def _number(text: str, kind: type[int] | type[float], info: Any) -> float:
    """Read a number within its range.

    Args:
        text: The number.
        kind: Whether it is a whole one.
        info: Has its ``min`` and ``max``, both included.
    """
    try:
        number = kind(text)
        if math.isnan(number):
            raise ValueError
    except ValueError:
        what = "a whole number" if kind is int else "a number"
        raise ValueError(f"{_shown(text)} is not {what}") from None
    low = -math.inf if info.min is None else info.min
    high = math.inf if info.max is None else info.max
    if low <= number <= high:
        return number
    if high == math.inf:
        raise ValueError(f"{text} is not {low} or more")
    raise ValueError(f"{text} is not in the range {low} to {high}")


def _shown(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}...")
