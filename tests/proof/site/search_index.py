"""The index of the search, lighter.

A hook of MkDocs. The search plugin repeats the `tags` of a page's front
matter, the words that people search it by, in the entry of each section.
They are about the page, so its own entry keeps them and the others do not.
Nor does the index keep which words are code: that is a tenth of it.
"""

import json
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig

INDEX = "search/search_index.json"
CODE = re.compile(r"</?code>")


def lighter(index: str) -> str:
    """Take out the words of a page from its sections, and marks of code.

    Args:
        index: the JSON text that the search plugin wrote.
    """
    found = json.loads(index)
    for entry in found["docs"]:
        if "#" in entry["location"]:
            entry.pop("tags", None)
        entry["text"] = CODE.sub("", entry["text"])
    return json.dumps(found, separators=(",", ":"), ensure_ascii=False)


def on_post_build(config: MkDocsConfig) -> None:
    """Rewrite the index when the search plugin has written it."""
    path = Path(config.site_dir) / INDEX
    path.write_text(lighter(path.read_text("utf-8")), "utf-8")
