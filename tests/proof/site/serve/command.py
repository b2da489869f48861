"""The command line of `make serve`, and the loop that moves all parts.

The port is taken first, so that a reader who has it in use hears of it
before anything is built. One thread does everything but answer: it waits
for a signal, and every so often looks what has become of the build, the
samples and the files.
"""

import argparse
import os
import select
import signal
import sys
import tempfile
import threading
import time
import webbrowser
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from tests.proof.samples.ledger import Ledger, Outcome
from tests.proof.site.serve.building import Building, Built
from tests.proof.site.serve.live import Live, Now, looks_of
from tests.proof.site.serve.running import Samples, pages
from tests.proof.site.serve.screen import Screen
from tests.proof.site.serve.transport import Server, serving
from tests.proof.site.serve.watch import Watch, watched

LOOK_SECONDS = 0.2
ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LINES = 20


def options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.proof.site.serve")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument(
        "--no-samples",
        action="store_true",
        help="build without running the samples; the badges say so",
    )
    return parser.parse_args(arguments)


@contextmanager
def told_to_end() -> Iterator[int]:
    """A descriptor that is readable once a signal asks us to end.

    A signal that was ignored on entry stays so, but by a handler: the
    samples are to run as from a terminal, and would inherit the rest.
    """
    told, tell = os.pipe()
    os.set_blocking(tell, False)

    def end(*_: object) -> None:
        os.write(tell, b".")

    before = {each: signal.getsignal(each) for each in ENDS}
    for each, handler in before.items():
        ignored = handler is signal.SIG_IGN
        signal.signal(each, (lambda *_: None) if ignored else end)
    try:
        yield told
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


class Preview:
    """Everything that goes on while the site is shown.

    Args:
        folder: an empty folder for builds, runs and the ledger.
        live: what answers the pages.
        screen: the terminal.
        samples: the runs; None if there are to be none.
    """

    def __init__(
        self, folder: Path, live: Live, screen: Screen, samples: Samples | None
    ) -> None:
        root = Path.cwd()
        self._live = live
        self._screen = screen
        self._ledger = folder / "ledger.json"
        self._building = Building(folder, self._ledger)
        self._samples = samples
        self._watch = Watch(root, watched(root))
        self._changed: set[str] = set()
        self._shown: Ledger | None = None
        self.built = False

    def step(self) -> None:
        """Look at everything once."""
        self._look_at_files()
        built = self._building.step()
        if built is not None:
            self._take(built)
        if self._samples is not None and self.built:
            self._look_at_samples(self._samples)

    def stop(self) -> None:
        """End what runs in the background."""
        self._building.stop()
        if self._samples is not None:
            self._samples.stop()

    def _look_at_files(self) -> None:
        """Act on changes once they are over: an editor writes in steps."""
        new = self._watch.changes()
        self._changed |= new
        if new or not self._changed:
            return
        first, *more = sorted(self._changed)
        others = f" and {len(more)} more" if more else ""
        self._screen.say(f"changed: {first}{others}; building again")
        self._building.wanted = True
        if self._samples is not None:
            self._samples.changed(self._changed)
        self._changed.clear()

    def _take(self, built: Built) -> None:
        lines = built.said.splitlines()
        if len(lines) > LINES:
            self._screen.say(f"({len(lines) - LINES} lines, and then:)")
        self._screen.say(*lines[-LINES:])
        if built.site is None:
            self._screen.say("The site cannot be built: see above.")
            return
        self.built = True
        self._live.now = replace(
            self._live.now,
            site=built.site,
            looks=looks_of(built.site),
            pages=frozenset(page.as_posix() for page in pages()),
            said={},
        )

    def _look_at_samples(self, samples: Samples) -> None:
        summary = samples.step()
        ledger = samples.ledger
        if ledger is not self._shown or summary is not None:
            self._shown = ledger
            self._tell(ledger, samples)
        if summary is None:
            if samples.running and samples.counted:
                now = self._live.now
                self._screen.progress(now.ran, now.of)
            return
        self._screen.rest()
        self._screen.say(*summary)
        if ledger is not None:
            ledger.save(self._ledger)
            self._building.wanted = True

    def _tell(self, ledger: Ledger | None, samples: Samples) -> None:
        """Let the open pages know."""
        ran = of = 0
        if ledger is not None and samples.counted:
            of = ledger.count()
            ran = sum(
                ledger.outcome(block) is Outcome.PASSED
                for blocks in ledger.blocks().values()
                for block in blocks
            )
        self._live.now = replace(
            self._live.now,
            ledger=ledger,
            running=samples.running,
            ran=ran,
            of=of,
            said={},
        )


def show(server: Server, live: Live, run_samples: bool) -> None:
    """Build, serve and run, until a signal asks to end."""
    with ExitStack() as stack:
        told = stack.enter_context(told_to_end())
        folder = stack.enter_context(
            tempfile.TemporaryDirectory(
                prefix="epollref-", ignore_cleanup_errors=True
            )
        )
        screen = stack.enter_context(Screen())
        samples = Samples(Path(folder)) if run_samples else None
        begun = time.monotonic()
        preview = Preview(Path(folder), live, screen, samples)
        stack.callback(preview.stop)
        screen.say("Building the site.")
        serves = False
        while not select.select([told], [], [], LOOK_SECONDS)[0]:
            preview.step()
            if preview.built and not serves:
                serves = True
                url = stack.enter_context(serving(server))
                seconds = time.monotonic() - begun
                screen.say(
                    f"epollref: {url}  (built in {seconds:.0f} s;"
                    " Ctrl-C ends it)"
                )
                _open(url)
        screen.say("Ending: what runs is stopped, and its copies removed.")


def _open(url: str) -> None:
    """Open a browser, where there is a screen to see it on."""
    if "DISPLAY" in os.environ or "WAYLAND_DISPLAY" in os.environ:
        threading.Thread(
            target=webbrowser.open, args=(url,), daemon=True
        ).start()


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until Ctrl-C.

    Returns:
        0, or 2 if the port cannot be had.
    """
    chosen = options(arguments)
    live = Live(Now(Path("nowhere"), running=not chosen.no_samples))
    try:
        server = Server(chosen.port, live)
    except (OSError, OverflowError) as error:
        print(
            f"cannot serve on port {chosen.port}: {error};"
            " another one: make serve PORT=8001",
            file=sys.stderr,
        )
        return 2
    with server:
        show(server, live, not chosen.no_samples)
    return 0
