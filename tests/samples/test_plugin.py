"""The whole: a small project's samples are run by pytest."""

import shutil
from pathlib import Path
from textwrap import dedent

from tests.samples.small_project import PAGE, Project

KINDS = {
    "pycon": ("42", "43"),
    "a traceback": ("Errno 2", "Errno 3"),
    "python": ("#> 1", "#> 2"),
    "c": ("//> 7", "//> 8"),
    "console": ("\na\n", "\nb\n"),
}


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
