"""Turn a C snippet into a program, once for each content and set of flags.

The programs live in `build/snippets/<hash>/`, so a second run compiles
nothing. A build goes to a folder of its own and is then renamed: parallel
test workers may build the same snippet at once, and one of them wins.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.proof.project import ROOT

SNIPPETS = ROOT / "snippets"

_BUILDS = ROOT / "build" / "snippets"
_LEAVING = Path(__file__).with_name("gcov_leaving.c")
_EXECS = ["execv", "execvp", "execve", "execl", "execlp"]
STRICT = ["-std=c17", "-Wall", "-Wextra", "-Werror", "-g", "-pthread"]
_FLAGS: dict[str, list[str]] = {
    "plain": ["-O1"],
    "san": [
        "-O1",
        "-fsanitize=address,undefined",
        "-fno-sanitize-recover=all",
        "-fno-omit-frame-pointer",
    ],
    "cov": [
        "-O0",
        "--coverage",
        "-fprofile-update=atomic",
        *(f"-fno-builtin-{name}" for name in _EXECS),
    ],
}


def compiler() -> str:
    """The C compiler: `$CC`, or `cc`."""
    return os.environ.get("CC", "cc")


def build(source: Path, how: str = "plain") -> Path:
    """Compile one C file with all warnings as errors.

    Args:
        source: The C file.
        how: "plain", "san" (address and undefined sanitizers) or "cov".

    Returns:
        The program. Its folder also holds the notes of gcov for "cov".

    Raises:
        AssertionError: The compiler refused it; the message is its output.
    """
    folder = _BUILDS / _fingerprint(source, how)
    program = folder / source.stem
    if not program.exists():
        _BUILDS.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(dir=_BUILDS))
        try:
            _compile(source, how, scratch)
            scratch.chmod(0o755)
            scratch.rename(folder)
        except OSError:
            if not program.exists():  # nobody else was quicker: our failure
                raise
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    return program


def _fingerprint(source: Path, how: str) -> str:
    parts = [compiler(), how, *STRICT, *_FLAGS[how], str(source.resolve())]
    digest = hashlib.sha256("\0".join(parts).encode())
    digest.update(source.read_bytes())
    digest.update(_LEAVING.read_bytes())
    return f"{source.stem}-{how}-{digest.hexdigest()[:16]}"


def _compile(source: Path, how: str, folder: Path) -> None:
    compile_it = [compiler(), *STRICT, *_FLAGS[how]]
    name = source.stem
    link = [*compile_it, f"{name}.o", "-o", name]
    _run([*compile_it, "-c", str(source.resolve()), "-o", f"{name}.o"], folder)
    if how == "cov":
        # A child that ends in _exit() would take its counts with it.
        _run([compiler(), "-c", str(_LEAVING), "-o", "leaving.o"], folder)
        wraps = ",".join(f"--wrap={name}" for name in ["_exit", *_EXECS])
        link += ["leaving.o", f"-Wl,{wraps}"]
    _run(link, folder)


def _run(command: list[str], folder: Path) -> None:
    result = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False
    )
    complaint = result.stdout + result.stderr
    assert result.returncode == 0, f"{' '.join(command)}\n{complaint}"
    assert not complaint, complaint
