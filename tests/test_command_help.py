"""The help of every command: whole, in plain words, on a terminal and not."""

import inspect
import os
import pkgutil
import pty
import re
import subprocess
import typing
from collections.abc import Callable
from typing import Final

import pytest

from epollref.__main__ import main
from epollref.loading import Command
from tests.commands import Words, every_command, every_group
from tests.test_command_line import EPOLLREF

COLUMNS: Final = 80
COMMANDS: Final = dict(every_command())
CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
COLOUR: Final = re.compile(r"\x1b\[[0-9;]*m")
MARKUP: Final = re.compile(
    # A type of Python's, a word for a formatter, brackets in brackets.
    r"<\w+(?:\[\w+\])?>|\\|``|\*\*|\{\w|\[\[|\[/|:\w+:"
)


def in_a_pipe(line: list[str]) -> str:
    """Run a command that prints its help into a pipe."""
    return subprocess.run(
        line,
        env={**os.environ, "COLUMNS": str(COLUMNS)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=60,
    ).stdout


def on_a_terminal(line: list[str]) -> str:
    """Run it on a terminal; return what is seen there, without colours."""
    master, slave = pty.openpty()
    os.set_inheritable(slave, True)
    shown = b""
    environ = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
    with subprocess.Popen(
        line,
        env={**environ, "TERM": "xterm", "COLUMNS": str(COLUMNS)},
        stdin=slave,
        stdout=slave,
        stderr=slave,
    ) as process:
        os.close(slave)
        try:
            while piece := os.read(master, 1 << 16):
                shown += piece
        except OSError:  # EIO: nobody holds the other side any more.
            pass
    os.close(master)
    assert process.returncode == 0, shown
    return COLOUR.sub("", shown.decode()).replace("\r\n", "\n")


Shown = Callable[[list[str]], str]
EVERYWHERE: Final = pytest.mark.parametrize("shown", [in_a_pipe, on_a_terminal])
EVERY_WORDS: Final = [*every_group(), *COMMANDS]


def described(command: Command) -> list[str]:
    """Return what a command's code says for its help, sentence by sentence."""
    function = pkgutil.resolve_name(command.function)
    hints = typing.get_type_hints(function, include_extras=True)
    helps = [
        info.help
        for hint in hints.values()
        for info in getattr(hint, "__metadata__", ())
    ]
    docstring = inspect.getdoc(function) or ""
    return [*helps, *docstring.replace("\b", "").split("\n\n")]


def words_of(text: str) -> str:
    """Return a text as one line, and without what a box draws round it."""
    return " ".join(re.sub(r"[│╭╮╰╯─]", " ", text).split())


@EVERYWHERE
@pytest.mark.parametrize("option", ["-h", "--help"])
@pytest.mark.parametrize("words", EVERY_WORDS, ids=" ".join)
def test_help_is_plain_words(words: Words, option: str, shown: Shown) -> None:
    """No control word, no markup, no name of a Python type, nothing wide."""
    text = shown([*EPOLLREF, *words, option])
    assert CONTROL.findall(text) == []
    assert MARKUP.findall(text) == []
    assert [line for line in text.splitlines() if len(line) > COLUMNS] == []


@EVERYWHERE
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_help_says_all_that_there_is_to_say(words: Words, shown: Shown) -> None:
    """Each sentence of the code is there to its last word."""
    text = words_of(shown([*EPOLLREF, *words, "--help"]))
    for sentence in described(COMMANDS[words]):
        assert words_of(sentence) in text


@EVERYWHERE
@pytest.mark.parametrize("words", [*every_group()], ids=" ".join)
def test_a_list_of_commands_cuts_none(words: Words, shown: Shown) -> None:
    """The sentence of the table stands whole behind the word."""
    text = words_of(shown([*EPOLLREF, *words, "--help"]))
    for path, command in COMMANDS.items():
        if path[:-1] == words:
            assert words_of(f"{path[-1]} {command.help}") in text


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_the_usage_line_is_written_as_in_a_manual(words: Words) -> None:
    """``NAME``, ``[NAME]`` or ``[NAME]...``, by the names of the help."""
    usage = in_a_pipe([*EPOLLREF, *words, "--help"]).partition("\n\n")[0]
    begin = " ".join(("Usage: epollref", *words, "[OPTIONS]"))
    left = words_of(usage).removeprefix(begin)
    assert left != words_of(usage)
    assert re.fullmatch(
        r"(?: [A-Z]+| \[(?:-- )?[A-Z]+(?:\.\.\.)?\](?:\.\.\.)?)*", left
    )


@pytest.mark.parametrize(
    ("words", "example"),
    [
        (
            ("timeline",),
            "      epollref timeline app.strace --fd 7 -o fd7.svg\n",
        ),
        (("trace",), "      epollref trace -m http.server\n"),
        (("model", "run"), "      write(e, 8) = 8\n"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_an_example_keeps_its_lines(
    words: Words, example: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """Wrapped as prose, it could not be copied."""
    assert main([*words, "--help"]) == 0
    assert example in capfd.readouterr().out
