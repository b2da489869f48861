"""A project of its own with one page, whose samples pytest runs."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.proof.project import ROOT

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
