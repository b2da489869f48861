"""C fences: whole programs, built with sanitizers and run.

What a program prints stands under the statement that printed it, line
by line, as ``//> `` comments. To know which statement that was, the
program is built with a macro round printf, puts and putchar that prints
the line's number first; the body that the fence has to have is then
written anew and compared with what it is.

A kernel may refuse what a program shows: io_uring is switched off on many
machines. Such a program says on stderr what was refused, ends with status
77, as a test of automake does, and counts as not run, with that reason.
"""

import os
import re
import subprocess
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

OUTPUT = re.compile(r"[ \t]*//> ?")
FLAGS = (
    "-std=gnu17",
    "-Wall",
    "-Wextra",
    "-Werror",
    "-g",
    "-pthread",
    "-fsanitize=address,undefined",
    "-fno-sanitize-recover=all",
)
MACROS = r"""
#define SAMPLE_LINE fprintf(stdout, "\036%d\036", __LINE__)
#define printf(...) (SAMPLE_LINE, printf(__VA_ARGS__))
#define puts(...) (SAMPLE_LINE, puts(__VA_ARGS__))
#define putchar(...) (SAMPLE_LINE, putchar(__VA_ARGS__))
"""
MARK = re.compile(r"\x1e(\d+)\x1e")
STATEMENT_END = re.compile(r";[\s}]*(?:/\*.*\*/|//.*)?$")
PATIENCE = 60
REFUSED = 77


class CError(Exception):
    """A C sample that does not hold; the text says why."""


class RefusedError(Exception):
    """A C sample that this kernel does not let run; the text says why."""


def rewritten(source: str, scratch: Path) -> str:
    """Build and run a program, and write its output into its source.

    Args:
        source: the body of the fence.
        scratch: a folder for the source and the program.

    Returns:
        The body with the output of this run; equal to `source` where
        the page tells the truth.

    Raises:
        CError: it does not compile, fails, or prints by other means.
        RefusedError: the kernel of this machine refuses what it shows.
    """
    code = [line for line in source.splitlines() if not OUTPUT.match(line)]
    program = _built(code, scratch)
    return _written(code, _printed(_run(program, scratch)))


def _built(code: list[str], scratch: Path) -> Path:
    includes = [
        number
        for number, line in enumerate(code, 1)
        if line.lstrip().startswith("#include")
    ]
    head = includes[-1] if includes else 0
    text = "\n".join(
        [*code[:head], MACROS, f"#line {head + 1}", *code[head:], ""]
    )
    place, program = scratch / "sample.c", scratch / "sample"
    place.write_text(text, "utf-8")
    command = ["cc", *FLAGS, "-o", str(program), str(place)]
    build = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    if build.returncode:
        raise CError(f"it does not compile:\n{build.stderr}")
    return program


def _run(program: Path, scratch: Path) -> str:
    environment: Mapping[str, str] = {
        "ASAN_OPTIONS": "detect_leaks=1",
        "LC_ALL": "C.UTF-8",
        "PATH": os.environ.get("PATH", os.defpath),
    }
    try:
        run = subprocess.run(
            [program],
            capture_output=True,
            text=True,
            check=False,
            cwd=scratch,
            env=environment,
            stdin=subprocess.DEVNULL,
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired:
        raise CError(f"it still runs after {PATIENCE} s") from None
    if run.returncode == REFUSED and run.stderr and not run.stdout:
        raise RefusedError(f"this kernel refuses it: {run.stderr.strip()}")
    if run.returncode or run.stderr:
        raise CError(
            f"it ends with status {run.returncode} and says:\n{run.stderr}"
        )
    return run.stdout


def _printed(output: str) -> dict[int, list[str]]:
    """The lines that each line of code printed.

    A line of output belongs to the statement that ended it.
    """
    parts = MARK.split(output)
    if parts[0]:
        raise CError(f"not printed by printf, puts, putchar: {parts[0]!r}")
    found: dict[int, list[str]] = defaultdict(list)
    begun = ""
    place = 0
    for number, text in zip(parts[1::2], parts[2::2], strict=True):
        place = int(number)
        *ended, begun = (begun + text).split("\n")
        found[place].extend(ended)
    if begun:
        found[place].append(begun)
    return found


def _written(code: list[str], printed: Mapping[int, list[str]]) -> str:
    below: dict[int, list[str]] = defaultdict(list)
    for number, lines in sorted(printed.items()):
        end = number
        while end < len(code) and not STATEMENT_END.search(code[end - 1]):
            end += 1
        line = code[number - 1]
        margin = line[: len(line) - len(line.lstrip())]
        below[end] += [f"{margin}//> {text}".rstrip() for text in lines]
    return "".join(
        f"{text}\n"
        for number, line in enumerate(code, 1)
        for text in (line, *below[number])
    )
