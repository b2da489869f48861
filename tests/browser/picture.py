"""Takes the README's picture of the site: a page as a reader sees it.

    python -m tests.browser.picture        writes docs/assets/readme.png

The picture shows build/site (or SITE) as it stands, badge included, so
run it after `make site`.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.browser.conftest import FLAGS, SITE, find_chromium
from tests.proof.site.serve.transport import file_server, serving

OUT = Path(__file__).parents[2] / "docs" / "assets" / "readme.png"
PAGE = "concepts/edge/"


def main() -> int:
    """Take the picture, in few colours to keep it small."""
    chromium = find_chromium()
    if chromium is None:
        print("a picture needs Chromium", file=sys.stderr)
        return 1
    with serving(file_server(SITE, 0)) as root, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=FLAGS
        )
        page = browser.new_page(
            viewport={"width": 1220, "height": 860},
            device_scale_factor=1.5,
            color_scheme="light",
        )
        page.goto(root + PAGE)
        page.wait_for_load_state("networkidle")
        shot = page.screenshot()
        browser.close()
    picture = Image.open(io.BytesIO(shot)).convert("RGB")
    picture.quantize(160).save(OUT, optimize=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
