"""The whole: a small project's samples are run by pytest."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PAGE = """\
# Title

```pycon
>>> 6 * 7
42
>>> open("/nowhere")
Traceback (most recent call last):
    ...
FileNotFoundError: [Errno 2] No such file or directory: '/nowhere'

```

=== "Python"

    ```python title="x"
    import select

    print(select.EPOLLIN)
    #> 1
    ```

=== "C"

    ```{ .c title="y" }
    #include <stdio.h>

    int main(void)
    {
        printf("%d\\n", 7);
        //> 7
    }
    ```

```console
$ echo a
a
```

```python
--8<-- "snippets/x.py:all"
```

``` { .text .figure }
int f(void);
```
"""
# Not hypothesis, which takes seconds to load on a busy machine.
PLUGINS = ("-p", "pytest_examples", "-p", "xdist.plugin")
KINDS = {
    "pycon": ("42", "43"),
    "a traceback": ("Errno 2", "Errno 3"),
    "python": ("#> 1", "#> 2"),
    "c": ("//> 7", "//> 8"),
    "console": ("\na\n", "\nb\n"),
}


@dataclass
class Project:
    """A project of its own, with one page."""

    root: Path

    @property
    def page(self) -> Path:
        return self.root / "docs" / "a.md"

    def pytest(
        self,
        *options: str,
        plugins: Sequence[str] = PLUGINS,
        under: Sequence[str] = (),
        **environment: str,
    ) -> subprocess.CompletedProcess[str]:
        """Run its samples."""
        command = [sys.executable, "-m", "pytest", "-q", *options]
        bare = {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        return subprocess.run(
            [*under, *command, "-p", "no:cacheprovider", *plugins],
            cwd=self.root,
            env={**os.environ, **bare, **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=100,
        )

    def ledger(self, *options: str, **environment: str) -> dict[str, Any]:
        """Run its samples and read the ledger."""
        ran = self.pytest("--ledger", "ledger.json", *options, **environment)
        place = self.root / "ledger.json"
        assert place.exists(), ran.stdout + ran.stderr
        found: dict[str, Any] = json.loads(place.read_text("utf-8"))
        return found


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project with one page that holds every kind of sample."""
    root = tmp_path / "project"
    (root / "docs").mkdir(parents=True)
    (root / "snippets").mkdir()
    (root / "snippets" / "x.py").write_text(
        "# --8<-- [start:all]\nx = 1\ny = 2\n# --8<-- [end:all]\n", "utf-8"
    )
    shutil.copy(ROOT / "conftest.py", root)
    shutil.copy(ROOT / "pyproject.toml", root)
    made = Project(root)
    made.page.write_text(PAGE, "utf-8")
    return made


def test_every_sample_of_a_page_runs(project: Project) -> None:
    """One test a fence, one for the sessions, one for the page."""
    ran = project.pytest("docs")
    assert "6 passed" in ran.stdout, ran.stdout


def test_a_wrong_output_fails_and_is_recorded(project: Project) -> None:
    """Recording puts the page right, and twice changes nothing."""
    changed = PAGE
    for right, wrong in KINDS.values():
        changed = changed.replace(right, wrong, 1)
    project.page.write_text(changed, "utf-8")
    # The sessions of a page are one test, which ends at its first failure.
    assert "4 failed, 2 passed" in project.pytest("docs").stdout
    ran = project.pytest("docs", "--update-examples")
    assert project.page.read_text("utf-8") == PAGE, ran.stdout
    ran = project.pytest("docs", "--update-examples")
    assert project.page.read_text("utf-8") == PAGE, ran.stdout


def test_missing_outputs_are_recorded(project: Project) -> None:
    """An author writes the code and lets the run write the rest."""
    lines = ("42\n", "    #> 1\n", "        //> 7\n", "a\n```\n")
    bare = PAGE
    for line in lines:
        kept = "```\n" if "```" in line else ""
        bare = bare.replace(f"\n{line}", f"\n{kept}", 1)
    assert bare.count("\n") == PAGE.count("\n") - len(lines)
    project.page.write_text(bare, "utf-8")
    ran = project.pytest("docs", "--update-examples")
    assert project.page.read_text("utf-8") == PAGE, ran.stdout


def test_two_processes_never_record(project: Project) -> None:
    """They would write the same file."""
    ran = project.pytest("docs", "--update-examples", "-n", "2")
    assert ran.returncode == 4
    assert "one process" in ran.stderr


DISORDER = [
    ("```yaml\nx: 1\n```", "nothing runs a fence"),
    ("```python\nraise ValueError(3)\n```", "ValueError: 3"),
    ("```python\nimport os\n```", "F401"),
    ("```python\nimport os\n\nos.dup(0)\n```", "left open"),
    ("```pycon\n>>> import os; _ = os.dup(0)\n\n```", "left open"),
    ("```pycon\n>>> import socket; s = socket.socket()\n\n```", "unclosed"),
    ("```pycon\n>>> 1/0\n\n```", "ZeroDivisionError"),
    ('```python\n--8<-- "snippets/x.py:gone"\n```', "no section"),
    ("    code", "indented"),
]


def test_what_is_not_in_order_fails(project: Project) -> None:
    """And pytest says where and why, without an internal error."""
    project.page.unlink()
    for number, (sample, _) in enumerate(DISORDER):
        page = project.root / "docs" / f"p{number}.md"
        page.write_text(f"# T\n\n{sample}\n", "utf-8")
    ran = project.pytest("docs")
    assert ran.returncode == 1, ran.stdout + ran.stderr
    for number, (_, why) in enumerate(DISORDER):
        assert f"FAILED docs/p{number}.md" in ran.stdout, number
        assert why in ran.stdout


def test_pytest_alone_runs_the_sessions(project: Project) -> None:
    """Without sybil and pytest-examples, as a reader may have it."""
    hidden = project.root / "hidden"
    hidden.mkdir()
    for name in ("sybil", "pytest_examples"):
        (hidden / f"{name}.py").write_text("raise ImportError\n", "utf-8")
    (project.root / "sitecustomize.py").write_text(
        dedent("""\
            import importlib.util

            found = importlib.util.find_spec

            def find_spec(name, package=None):
                if name in ("sybil", "pytest_examples"):
                    return None
                return found(name, package)

            importlib.util.find_spec = find_spec
        """),
        "utf-8",
    )
    ran = project.pytest(
        "--doctest-glob=*.md",
        "docs/",
        plugins=(),
        PYTHONPATH=str(project.root),
    )
    assert "1 passed" in ran.stdout, ran.stdout + ran.stderr


@pytest.mark.parametrize("processes", ["0", "2"])
def test_the_ledger_names_every_sample(
    project: Project, processes: str
) -> None:
    """Each `>>>` and each fence, whichever process ran it."""
    ledger = project.ledger("docs", "-n", processes)
    assert ledger["exit_status"] == 0
    assert ledger["versions"]["Python"]
    assert ledger["pages"] == [{"where": "docs/a.md", "blocks": 6}]
    entered = [
        (each["block"], each["kind"], each["outcome"])
        for each in ledger["samples"]
    ]
    assert entered == [
        (3, "pycon", "passed"),
        (3, "pycon", "passed"),
        (15, "python", "passed"),
        (24, "c", "passed"),
        (34, "console", "passed"),
        (39, "python", "passed"),
    ]
    assert ledger["samples"][-1]["shows"] == [2, 3]


def test_the_ledger_of_a_failed_run_says_so(project: Project) -> None:
    """What came after the failure in a session did not run either."""
    project.page.write_text(PAGE.replace("42", "43"), "utf-8")
    ledger = project.ledger("docs")
    assert ledger["exit_status"] == 1
    outcomes = [
        each["outcome"] for each in ledger["samples"] if each["kind"] == "pycon"
    ]
    assert outcomes == ["failed", "did not run"]


def test_a_missing_tool_is_named_and_fails_in_ci(
    project: Project, tmp_path: Path
) -> None:
    """A reader without a compiler still gets the other samples."""
    few = tmp_path / "bin"
    few.mkdir()
    (few / "bash").symlink_to(shutil.which("bash") or "")
    ledger = project.ledger("docs", PATH=str(few), CI="")
    (skipped,) = (e for e in ledger["samples"] if e["outcome"] != "passed")
    assert skipped["kind"] == "c"
    assert skipped["outcome"] == "did not run"
    assert skipped["why"] == "this machine has no cc"
    assert ledger["exit_status"] == 0
    ledger = project.ledger("docs", PATH=str(few), CI="true")
    assert ledger["exit_status"] == 1


def test_the_lines_that_a_test_executed_are_entered(
    project: Project,
) -> None:
    """All runs of a program in one test count together."""
    (project.root / "test_x.py").write_text(
        dedent("""\
            from pathlib import Path
            from tests.proof.programs.executed import note

            X = Path(__file__).with_name("snippets") / "x.py"

            def test_half():
                note(X, {2})

            def test_other_half():
                note(X, {3})

            def test_both():
                note(X, {2})
                note(X, {3})

            def test_failed():
                note(X, {2, 3})
                assert False
        """),
        "utf-8",
    )
    found = {
        each["test"].rpartition("::")[2]: (each["missed"], each["outcome"])
        for each in project.ledger("test_x.py")["executions"]
    }
    assert found == {
        "test_half": ([3], "passed"),
        "test_other_half": ([2], "passed"),
        "test_both": ([], "passed"),
        "test_failed": ([], "failed"),
    }


def test_a_test_that_make_serve_would_leave_out_may_enter_nothing(
    project: Project,
) -> None:
    """It fails in every run, so it cannot be forgotten in one."""
    tests = project.root / "tests"
    tests.mkdir()
    forgotten = tests / "test_forgotten.py"
    forgotten.write_text(
        dedent("""\
            from importlib import import_module
            from pathlib import Path

            def test_x():
                x = Path(__file__).parents[1] / "snippets" / "x.py"
                import_module("tests.proof.programs.executed").note(x, {2, 3})
        """),
        "utf-8",
    )
    ran = project.pytest(str(forgotten))
    assert ran.returncode == 1
    assert "`pytest --samples` leaves it out" in ran.stdout


@pytest.mark.parametrize("processes", ["0", "2"])
def test_the_ledger_tells_what_was_to_run(
    project: Project, processes: str
) -> None:
    """Also of what came to no end: nothing is green by being lost."""
    (project.root / "epollref").mkdir()
    (project.root / "epollref" / "y.py").write_text(
        '"""Y.\n\n>>> 1\n1\n"""\n', "utf-8"
    )
    ledger = project.ledger("docs", "epollref", "-n", processes, "--samples")
    planned = [(each["where"], each["block"]) for each in ledger["planned"]]
    blocks = {(each["where"], each["block"]) for each in ledger["samples"]}
    assert planned == sorted(blocks)
    assert ("docs/a.md", 3) in blocks
    assert ("epollref/y.py", 0) in blocks


def test_the_ledger_of_a_run_that_was_killed_is_of_no_run(
    project: Project,
) -> None:
    """Whoever reads it can see that; what an earlier run left is gone."""
    assert project.ledger("docs")["exit_status"] == 0
    project.page.write_text(
        "# T\n\n```pycon\n>>> import os; os._exit(9)\n\n```\n", "utf-8"
    )
    ledger = project.ledger("docs")
    assert ledger["exit_status"] == -1
    assert ledger["samples"] == []


GREEDY = """\
# Takes all and fails

```pycon
>>> import os, resource, signal
>>> most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
>>> _ = signal.signal(signal.SIGALRM, signal.SIG_DFL)
>>> _ = signal.setitimer(signal.ITIMER_REAL, 3600)
>>> resource.setrlimit(resource.RLIMIT_NOFILE, (most - 50, most))
>>> os.chdir("/")
>>> many = [os.eventfd(1) for _ in range(most)]

```
"""
MODEST = """\
# Wants little

```pycon
>>> import os, resource, signal
>>> few = [os.eventfd(1) for _ in range(200)]
>>> for fd in few:
...     os.close(fd)
...
>>> resource.getrlimit(resource.RLIMIT_NOFILE)[0], signal.getitimer(0)
(1024, (0.0, 0.0))
>>> os.path.exists("docs")
True

```
"""


def test_a_page_that_fails_takes_no_other_along(project: Project) -> None:
    """With the 1,024 descriptors that everybody has."""
    project.page.write_text(GREEDY, "utf-8")
    project.page.with_name("b.md").write_text(MODEST, "utf-8")
    ran = project.pytest(
        "docs",
        under=("bash", "-c", 'ulimit -n 1024; exec "$@"', "bash"),
    )
    assert "FAILED docs/a.md::a.md" in ran.stdout, ran.stdout
    assert "1 failed, 3 passed" in ran.stdout, ran.stdout
