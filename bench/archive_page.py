# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measures the page of an archive in a browser, and prints seconds as JSON: python bench/archive_page.py RECORDINGS."""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))

import browser
import sample_archive
from playwright.sync_api import Browser

RUNS = 5
# From the start of the navigation until the first rows are painted.
FIRST = """
window.painted = new Promise((resolve) => {
  const look = () => {
    if (!document.querySelector("#rows tr")) return requestAnimationFrame(look);
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
  };
  requestAnimationFrame(look);
});
"""
# From an input until the list is painted.
FILTER = """([name, value]) => new Promise((resolve) => {
  const field = document.querySelector(`[name=${name}]`);
  const started = performance.now();
  field.value = value;
  field.dispatchEvent(new Event("input", {bubbles: true}));
  requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - started)));
})"""
# Each finds many, few or none, and is then undone.
FILTERS = (
    ("words", "thank"), ("words", "thursday zebra"), ("number", "0144"), ("number", "+13125550144"), ("sid", "a"),
    ("from", "2026-11-01"), ("to", "2026-11-01"), ("direction", "inbound"), ("least", "2"), ("most", "2"), ("mark", "missing"),
)  # fmt: skip


def visit(chromium: Browser, url: str) -> tuple[float, list[float]]:
    """Return the seconds until the first rows, and those of each filter."""
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    page.add_init_script(FIRST)
    page.goto(url)
    first = page.evaluate("window.painted") / 1000
    some = [[name, text] for name, value in FILTERS for text in (value, "")]
    filters = [page.evaluate(FILTER, one) / 1000 for one in some]
    page.close()
    return first, filters


def slowest(visits: list[list[float]]) -> list[float]:
    """Return the times of the filter that takes longest."""
    return max((list(some) for some in zip(*visits, strict=True)), key=statistics.median)


def main(recordings: int) -> None:
    with browser.chromium() as chromium, tempfile.TemporaryDirectory() as scratch:
        sample_archive.write(Path(scratch), recordings)
        visits = [visit(chromium, (Path(scratch) / "index.html").as_uri()) for _run in range(RUNS)]
    found = {"page first": [one[0] for one in visits], "page filter": slowest([one[1] for one in visits])}
    print(json.dumps(found))


if __name__ == "__main__":
    main(int(sys.argv[1]))
