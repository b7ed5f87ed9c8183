# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Copy what both event sources share from tools/event_shape.py into them, between markers."""

from __future__ import annotations

import argparse
import sys

from generate_options import filled
from module_options import ROOT, Inconsistent

SHARED = ROOT / "tools/event_shape.py"
SOURCES = [ROOT / "extensions/eda/plugins/event_source" / name for name in ("callback.py", "recordings.py")]


def shared() -> list[str]:
    """Return the lines that both sources have."""
    _head, marker, lines = SHARED.read_text(encoding="utf-8").partition("# begin shared\n")
    if not marker:
        raise Inconsistent(f"{SHARED.name} has no line '# begin shared'")
    # Blank lines before the end marker, as ruff format wants them.
    return [*lines.splitlines(), "", ""]


def main() -> int:
    parser = argparse.ArgumentParser(description="Write into the event sources what they share.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file is stale")
    check = parser.parse_args().check
    stale = []
    try:
        for path in SOURCES:
            text = path.read_text(encoding="utf-8")
            result = filled(text, {"shared": shared()})
            if result != text and check:
                stale.append(path.relative_to(ROOT))
            elif result != text:
                path.write_text(result, encoding="utf-8")
    except Inconsistent as error:
        print(error, file=sys.stderr)
        return 1
    for name in stale:
        print(f"{name} is stale: run 'make generate' and commit it", file=sys.stderr)
    return bool(stale)


if __name__ == "__main__":
    sys.exit(main())
