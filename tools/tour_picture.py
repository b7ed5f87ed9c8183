# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Draw what a tour printed: make tour | tee tour.log; python tools/tour_picture.py < tour.log"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from xml.sax.saxutils import escape

PICTURE = Path(__file__).resolve().parent.parent / "docs" / "pictures" / "tour.svg"
# The progress, the table and the path of the page.
SHOWN = re.compile(
    r" => \(item=(\d+ calls, .*)\)$|^    - '?((?:number|\+\d|other numbers|seconds|answered|complete|The archive).*?)'?$"
)
LINE, COLUMN, MARGIN = 19, 7.6, 14
PAGE = """<?xml version="1.0" encoding="utf-8"?>
<!--
Copyright (c) 2026 voiceops.telnyx contributors
GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
SPDX-License-Identifier: GPL-3.0-or-later

Drawn by tools/tour_picture.py from what a tour printed. The two colours have the same contrast on white and on dark pages.
-->
<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img">
  <title>What make tour prints</title>
  <style>
    text {{ font-family: Consolas, Menlo, "DejaVu Sans Mono", monospace; font-size: 12.5px; fill: #747b87; white-space: pre; }}
    .table {{ fill: #1f7ae0; }}
    rect {{ fill: none; stroke: #747b87; }}
  </style>
  <rect x="0.5" y="0.5" width="{inner_width}" height="{inner_height}" rx="6"/>
{lines}
</svg>
"""


def lines(printed: str) -> list[tuple[str, bool]]:
    """Return the lines to show, and whether each is of the table."""
    found = [match for match in map(SHOWN.search, printed.splitlines()) if match]
    # The folder is the reader's own.
    return [
        (re.sub(r"(The archive: ).*(/voiceops\.telnyx\.tour/)", r"\1~/.ansible\2", one[1] or one[2]), bool(one[2]))
        for one in found
    ]


def picture(shown: list[tuple[str, bool]]) -> str:
    """Return the picture of these lines."""
    width = round(max(len(text) for text, _table in shown) * COLUMN) + 2 * MARGIN
    height = len(shown) * LINE + 2 * MARGIN
    texts = [
        f'  <text class="{"table" if table else "progress"}" x="{MARGIN}" y="{MARGIN + LINE * number + 13}"'
        f' xml:space="preserve">{escape(text)}</text>'
        for number, (text, table) in enumerate(shown)
    ]
    return PAGE.format(
        width=width, height=height, inner_width=width - 1, inner_height=height - 1, lines="\n".join(texts)
    )


if __name__ == "__main__":
    PICTURE.write_text(picture(lines(sys.stdin.read())), encoding="utf-8")
