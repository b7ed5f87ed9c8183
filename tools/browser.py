# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Chromium without a window, for the page of an archive. "make test" sets it up."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
INSTALLED = ROOT / ".venv" / "browser"
FOLDER = INSTALLED / "chromium"
ARGUMENTS = ["--no-sandbox", "--font-render-hinting=none", "--autoplay-policy=no-user-gesture-required"]


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Run the browser with its own fonts, so that it draws the same everywhere."""
    environment = {
        **os.environ,
        "FONTCONFIG_FILE": str(ROOT / "tests" / "archive_page" / "fonts.conf"),
        # For what a machine without a desktop lacks.
        "LD_LIBRARY_PATH": str(FOLDER / "al2023" / "lib"),
    }
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=FOLDER / "chromium", args=ARGUMENTS, env={**environment})
        try:
            yield browser
        finally:
            browser.close()
