"""The table of commands: what it says is so, and it loads no more."""

import inspect
import json
import os
import pkgutil
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

import grimp
import pytest

import epollref.commands
from epollref.__main__ import main
from epollref.loading import Command
from tests.commands import Words, every_command, every_group
from tests.test_command_line import EPOLLREF

COMMANDS = dict(every_command())
BY_NAME = pytest.mark.parametrize("words", COMMANDS, ids=" ".join)

LOADED = """
import json, sys
before = set(sys.modules)
import typer
from epollref.__main__ import main
try:
    sys.exit(main(sys.argv[1:]))
finally:
    print(json.dumps([*sys.modules.keys() - before]), file=sys.stderr)
"""

NEEDLESS = {
    ("serve",): {"epollref.model", "epollref.trace.foreign", "rich.console"},
    ("trace",): {"epollref.model", "epollref.server", "rich.console"},
    ("record",): {"epollref.model", "epollref.server", "rich.console"},
    ("timeline",): {"epollref.model", "epollref.server", "epollref.linux"},
    ("model", "run"): {"epollref.server", "rich.console"},
    ("model", "verify"): {"epollref.server"},
}
"""What a command must not import; a new one says it here."""


def module_of(command: Command) -> str:
    """Return the name of the module of a line of the table."""
    return command.function.partition(":")[0]


def loaded(*arguments: str, status: int) -> set[str]:
    """Run a command line that ends at once; return what it imported."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    *_, modules = done.stderr.splitlines()
    assert done.returncode == status, done.stderr
    return set(json.loads(modules))


def of_us(modules: Collection[str]) -> set[str]:
    """Return those of a set of modules that belong to epollref."""
    return {name for name in modules if name.split(".")[0] == "epollref"}


@BY_NAME
def test_the_table_says_what_the_docstring_says(words: Words) -> None:
    """The list of commands is printed without importing them."""
    function = pkgutil.resolve_name(COMMANDS[words].function)
    docstring = inspect.getdoc(function)
    assert docstring is not None
    assert COMMANDS[words].help == docstring.partition("\n\n")[0]


@BY_NAME
def test_a_command_is_a_function_of_a_module_of_commands(words: Words) -> None:
    """The contracts hold these modules; they cannot see the table."""
    name = module_of(COMMANDS[words])
    assert name.startswith("epollref.commands.")
    function = pkgutil.resolve_name(COMMANDS[words].function)
    assert function.__module__ == name


@BY_NAME
def test_the_help_of_a_command_is_plain_text(
    words: Words, capfd: pytest.CaptureFixture[str]
) -> None:
    """A mark for the formatter that it does not know would be printed."""
    assert main([*words, "--help"]) == 0
    assert "\\" not in capfd.readouterr().out


def test_every_module_of_commands_serves_a_command() -> None:
    """A command that is missing in the table cannot be called."""
    reached = {module_of(command) for command in COMMANDS.values()}
    graph = grimp.build_graph("epollref")
    for name in sorted(reached | {"epollref.__main__"}):
        reached |= graph.find_upstream_modules(name)
    every = {
        f"epollref.commands.{module.name}"
        for module in pkgutil.iter_modules(epollref.commands.__path__)
    }
    assert every - reached == set()


def test_nothing_but_the_table_is_imported_by_name() -> None:
    """A second loader would hide its imports from the contracts."""
    package = Path(epollref.__file__).parent
    loaders = [
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if any(
            word in path.read_text(encoding="utf-8")
            for word in ("importlib", "__import__", "pkgutil")
        )
    ]
    assert loaders == ["loading.py"]


def test_the_version_loads_no_command() -> None:
    """It is asked for by scripts; typer itself is most of its time."""
    modules = loaded("--version", status=0)
    assert of_us(modules) == {
        "epollref",
        "epollref.__main__",
        "epollref.commands",
        "epollref.commands.outcome",
        "epollref.commands.streams",
        "epollref.interrupts",
        "epollref.linux_only",
        "epollref.loading",
        "epollref.output",
        "epollref.parameters",
    }
    assert not modules & {"rich.console", "pydantic"}


@pytest.mark.parametrize("words", [*every_group()], ids=" ".join)
def test_the_list_of_commands_loads_none(
    words: Words, capfd: pytest.CaptureFixture[str]
) -> None:
    """Each is in it nevertheless, with its sentence."""
    modules = loaded(*words, "--help", status=0)
    assert not {module_of(command) for command in COMMANDS.values()} & modules
    assert main([*words, "--help"]) == 0
    text = " ".join(capfd.readouterr().out.split())
    for path, command in COMMANDS.items():
        if path[:-1] == words:
            assert f"{path[-1]} " in text
            assert command.help.partition(",")[0] in text


@BY_NAME
def test_a_command_loads_what_it_needs(words: Words) -> None:
    """No other command, and none of the parts that it has no use for."""
    modules = loaded(*words, "--no-such-option", status=2)
    own = module_of(COMMANDS[words])
    assert own in modules
    others = {module_of(command) for command in COMMANDS.values()} - {own}
    assert not modules & others
    assert not modules & NEEDLESS[words]


def complete(*words: str) -> list[str]:
    """Ask what bash would offer for the last of the words."""
    done = subprocess.run(
        EPOLLREF,
        env={
            **os.environ,
            "_EPOLLREF_COMPLETE": "complete_bash",
            "COMP_WORDS": " ".join(("epollref", *words)),
            "COMP_CWORD": str(len(words)),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stderr == ""
    return done.stdout.split()


def test_a_shell_completes_commands_and_their_options() -> None:
    """The words come from the table, the options from the command."""
    assert complete("mo") == ["model"]
    assert complete("model", "v") == ["verify"]
    assert complete("model", "verify", "--se") == ["--seed"]
    assert complete("serve", "--max") == ["--max-connections"]
