# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Draw what was measured, from docs/*.json into docs/pictures. Nothing is measured here; `make bench` and `make chaos` do that."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure
from pictures import growth, misbehaviour, time_of_calls
from pictures.style import svg

DOCS = Path(__file__).resolve().parents[2] / "docs"
PICTURES: dict[str, tuple[str, Callable[[dict[str, Any]], Figure]]] = {
    "time-of-calls": ("benchmarks", time_of_calls.draw),
    "growth": ("benchmarks", growth.draw),
    "misbehaviour": ("reliability", misbehaviour.draw),
}


def drawn(docs: Path) -> dict[Path, str]:
    """Return each picture, by its file."""
    return {
        docs / "pictures" / f"{name}.svg": svg(draw(json.loads((docs / f"{data}.json").read_text(encoding="utf-8"))))
        for name, (data, draw) in PICTURES.items()
    }


def main() -> int:
    parser = argparse.ArgumentParser(description="Draw what was measured.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a picture is stale")
    check = parser.parse_args().check
    stale = False
    for path, text in drawn(DOCS).items():
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        if check:
            print(f"{path.relative_to(DOCS.parent)} is stale: run 'make pictures' and commit it", file=sys.stderr)
            stale = True
        else:
            path.write_text(text, encoding="utf-8")
    return stale


if __name__ == "__main__":
    sys.exit(main())
