"""What does a reader meet who types `make serve`?"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.proof.programs.waiting import until
from tests.proof.project import ROOT
from tests.proof.samples.apart import offspring
from tests.proof.site.serve.command import main
from tests.proof.site.serve.transport import HERE

CONFIG = """\
site_name: T
docs_dir: docs
theme: {name: mkdocs}
watch: [snippets]
plugins: []
markdown_extensions:
  - pymdownx.superfences
  - pymdownx.highlight: {pygments_lang_class: true}
  - tests.proof.site.badge
  - tests.proof.site.evidence
"""
PAGE = "# Title\n\nWords.\n\n```pycon\n>>> 6 * 7\n42\n\n```\n"
WAITS = """
```pycon
>>> import os, time
>>> while not os.path.exists("build/go"): time.sleep(0.01)

```
"""


@dataclass
class Shown:
    """A small project that is being served."""

    root: Path
    process: subprocess.Popen[str]
    url: str = ""

    @property
    def page(self) -> Path:
        return self.root / "docs" / "index.md"

    def line(self, word: str) -> str:
        """The next line of the terminal that holds a word."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if word in line:
                return line
        raise AssertionError(f"it ended and never said {word!r}")

    def get(self, target: str) -> str:
        with urllib.request.urlopen(self.url + target) as answer:
            return str(answer.read().decode())

    def now(self) -> dict[str, Any]:
        """What an open front page is told."""
        found: dict[str, Any] = json.loads(
            self.get(f"~live/now?page={quote('/')}")
        )
        return found

    def badge(self, state: str, ran: str) -> bool:
        found = self.now().get("badge", {})
        return bool(found) and (found["state"], found["ran"]) == (state, ran)


@contextmanager
def shown(root: Path, page: str, *options: str) -> Iterator[Shown]:
    """Serve a small project on a free port; end it for certain."""
    (root / "docs").mkdir(parents=True)
    (root / "build").mkdir()
    (root / "snippets").mkdir()
    (root / "README.md").write_text("# R\n")
    (root / "mkdocs.yml").write_text(CONFIG)
    (root / "docs" / "index.md").write_text(page)
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copy(ROOT / name, root)
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "tests.proof.site.serve", "--port", "0"),
            *options,
        ],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    with process:
        try:
            yield Shown(root, process)
        finally:
            if process.poll() is None:
                process.terminate()
                process.communicate()


def test_a_port_in_use_is_said_before_anything_runs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One line that names the port and the way out, status 2."""
    with socket.create_server((HERE, 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["--port", str(port)]) == 2
    said = capsys.readouterr().err
    assert str(port) in said
    assert "make serve PORT=" in said
    assert said.count("\n") == 1


def test_the_site_is_there_while_its_samples_run(tmp_path: Path) -> None:
    """The badge says so, fills in, and the sum is N of N."""
    with shown(tmp_path / "p", PAGE + WAITS) as it:
        it.url = it.line("epollref: ").split()[1]
        assert "Words." in it.get("")
        assert "live.js" in it.get("")
        until(lambda: it.badge("running", "0 of 2 samples ran"), "it runs")
        assert "running on this machine" in it.now()["badge"]["rest"]
        (it.root / "build" / "go").touch()
        until(lambda: it.badge("all", "2 of 2 samples ran"), "all ran")
        assert "Python" in it.now()["badge"]["rest"]
        assert "2 of 2 samples ran here." in it.line("ran here")


def test_an_edit_is_shown_and_its_samples_run_again(tmp_path: Path) -> None:
    """A page that is open learns that it is old; a wrong output fails."""
    with shown(tmp_path / "p", PAGE) as it:
        it.url = it.line("epollref: ").split()[1]
        until(lambda: it.badge("all", "1 of 1 sample ran"), "it ran")
        old = it.now()["version"]
        it.page.write_text(PAGE.replace("Words", "Zebra").replace("42", "43"))
        until(lambda: it.now()["version"] != old, "it is built again")
        assert "Zebra" in it.get("")
        until(lambda: it.badge("some", "0 of 1 sample ran here"), "it failed")
        assert "1 failed" in it.now()["badge"]["rest"]
        it.page.write_text(PAGE)
        until(lambda: it.badge("all", "1 of 1 sample ran"), "it ran again")


def test_a_build_that_fails_is_said_and_the_site_stays(tmp_path: Path) -> None:
    """What was served before is served on."""
    with shown(tmp_path / "p", PAGE, "--no-samples") as it:
        it.url = it.line("epollref: ").split()[1]
        config = it.root / "mkdocs.yml"
        config.write_text(CONFIG + "theme: {name: none}\n")
        it.line("cannot be built")
        assert "1 sample, not run for this build" in it.get("")
        config.write_text(CONFIG)
        it.page.write_text(PAGE.replace("Words", "Zebra"))
        until(lambda: "Zebra" in it.get(""), "it is built again")


INCLUDE = "  - pymdownx.snippets: {check_paths: true}\n"
CRASHING = """\
from markdown import Extension, Markdown
from markdown.preprocessors import Preprocessor


class Crash(Preprocessor):
    def run(self, lines: list[str]) -> list[str]:
        raise {error}


class Crashing(Extension):
    def extendMarkdown(self, md: Markdown) -> None:
        md.preprocessors.register(Crash(md), "crash", 1)


makeExtension = Crashing
"""
FAILED = {
    "no such theme": (
        {"mkdocs.yml": CONFIG + "theme: {name: none}\n"},
        ["Config value 'theme'", "'none'"],
    ),
    "no YAML": (
        {"mkdocs.yml": CONFIG + "nav: [\n"},
        ["mkdocs.yml", "line 12"],
    ),
    "no such include": (
        {"mkdocs.yml": CONFIG + INCLUDE, "docs/b.md": '--8<-- "no.py"\n'},
        ["'b.md'", "'no.py'", "could not be found"],
    ),
    "no UTF-8": (
        {"docs/b.md": "caf\udce9\n"},
        ["Encoding error reading file: b.md"],
    ),
    "an error in our code": (
        {
            "mkdocs.yml": CONFIG + "  - crashing\n",
            "crashing.py": CRASHING.format(error='KeyError("nobody")'),
        },
        ["KeyError: 'nobody'", "crashing.py, line 7"],
    ),
    "an error without words": (
        {
            "mkdocs.yml": CONFIG + "  - crashing\n",
            "crashing.py": CRASHING.format(error="NotImplementedError"),
        },
        ["NotImplementedError", "crashing.py, line 7"],
    ),
}


@pytest.mark.parametrize("kind", FAILED)
def test_a_failed_build_says_what_and_where(kind: str, tmp_path: Path) -> None:
    """Not the end of a traceback: few lines, of which one names the place."""
    files, words = FAILED[kind]
    (tmp_path / "snippets").mkdir()
    (tmp_path / "docs").mkdir()
    for name, text in {
        "README.md": "# R\n",
        "mkdocs.yml": CONFIG,
        "docs/index.md": PAGE,
        **files,
    }.items():
        (tmp_path / name).write_text(text, errors="surrogateescape")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "tests.proof.site.build"),
            *(str(tmp_path / "ledger.json"), str(tmp_path / "site")),
        ],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{tmp_path}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert 0 < len(done.stderr.splitlines()) <= 6, done.stderr
    for word in words:
        assert word in done.stderr, done.stderr


def test_why_a_build_failed_is_on_the_terminal(tmp_path: Path) -> None:
    """However many warnings come with it, and if nothing else was said."""
    page = "".join(f"[{n}](gone-{n}.md)\n" for n in range(40))
    with shown(tmp_path / "p", page, "--no-samples") as it:
        it.url = it.line("epollref: ").split()[1]
        (it.root / "docs" / "b.md").write_bytes(b"\xff")
        assert "b.md" in it.line("Encoding error")
        it.line("cannot be built")


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("moment", ["building", "running"])
def test_a_signal_ends_it_quietly_and_whole(
    tmp_path: Path, sent: signal.Signals, moment: str
) -> None:
    """Status 0, no traceback, no process and no file left."""
    before = signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with shown(tmp_path / "p", PAGE + WAITS) as it:
            signal.signal(signal.SIGINT, before)
            it.line("Building the site")
            if moment == "running":
                it.url = it.line("epollref: ").split()[1]
                until(lambda: it.badge("running", "0 of 2 samples ran"), "run")
            pid = it.process.pid
            until(lambda: len(offspring(pid)) >= 2, "it works")
            pids = offspring(pid)
            it.process.send_signal(sent)
            said, _ = it.process.communicate()
    finally:
        signal.signal(signal.SIGINT, before)
    assert it.process.returncode == 0
    assert "Traceback" not in said
    assert "Ending: " in said
    assert not [each for each in pids if Path(f"/proc/{each}").exists()]
