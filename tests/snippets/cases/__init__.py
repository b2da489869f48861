"""The cases that prove each broken twin broken.

- `case`       one scenario, and how it tells a twin from its sibling
- `servers`    servers that stall, spin, or lose what they were sent
- `lifetimes`  programs that outlive or forget what they have registered

`test_twins` runs the case of every twin that it finds in snippets/; a twin
without one fails.
"""

from tests.snippets.cases import lifetimes, servers
from tests.snippets.cases.case import Case

CASES: dict[str, Case[object]] = {**servers.CASES, **lifetimes.CASES}
"""By the name of the twin without its ending; it holds for each language."""

__all__ = ["CASES", "Case"]
