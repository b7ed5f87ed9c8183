# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Take the pictures of the guide about archives, of calls that nobody had. "make screenshots" calls this."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Literal

import browser
import sample_archive
from PIL import Image
from playwright.sync_api import Browser

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "docsite" / "rst" / "images"
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def take(chromium: Browser, url: str, scheme: Literal["light", "dark"], path: Path) -> None:
    """Take a picture with one recording playing, and all that is known of another."""
    page = chromium.new_page(
        viewport={"width": 1200, "height": 990}, color_scheme=scheme, timezone_id="America/Chicago"
    )
    page.goto(url)
    page.locator(".toggle button").nth(1).click()
    page.locator(".play button").first.click()
    page.wait_for_function("() => document.querySelector('audio').duration > 30")
    # So slow that it stands at the same second each time.
    page.evaluate("const audio = document.querySelector('audio'); audio.playbackRate = 0.07; audio.currentTime = 30")
    page.wait_for_function("() => !document.querySelector('audio').seeking")
    page.mouse.move(0, 0)
    page.screenshot(path=path)
    page.close()
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(256, Image.Quantize.MAXCOVERAGE).save(path, optimize=True)


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    with browser.chromium() as chromium, tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        sample_archive.write(folder, 1_284)
        for scheme in SCHEMES:
            take(chromium, (folder / "index.html").as_uri(), scheme, IMAGES / f"archive_page_{scheme}.png")


if __name__ == "__main__":
    main()
