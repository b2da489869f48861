"""Builds the site into a folder, from a ledger: a preview, not a proof.

    python -m tests.proof.site.build LEDGER FOLDER

Unlike `mkdocs build --strict`, a warning does not stop it: who edits a
page wants to see it.
"""

import logging
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort, ConfigurationError

READERS = ("tests.proof.site.badge", "tests.proof.site.evidence")


def main(arguments: Sequence[str]) -> int:
    """Build.

    Returns:
        0, or 1 if the site cannot be built; stderr says why.
    """
    ledger, folder = map(Path, arguments)
    logging.basicConfig(format="%(message)s", level=logging.WARNING)
    try:
        config = load_config(site_dir=str(folder), strict=False)
        for each in READERS:
            config.mdx_configs.setdefault(each, {})["ledger"] = str(ledger)
        config.plugins.on_startup(command="build", dirty=False)
        build(config)
    except (Abort, ConfigurationError) as error:
        print(error, file=sys.stderr)
        return 1
    except Exception as error:
        # mkdocs has said which page; the traceback is mostly its own.
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        print(f"raised in {_place(error)}", file=sys.stderr)
        return 1
    finally:
        logging.shutdown()
    return 0


def _place(error: Exception) -> str:
    """Return the last line of ours that led to an error, or the very last."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [
        frame
        for frame in frames
        if Path(frame.filename).is_relative_to(Path.cwd())
        and "site-packages" not in frame.filename
        and frame.filename != __file__
    ]
    last = (ours or frames)[-1]
    return f"{last.filename}, line {last.lineno}, {last.name}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
