# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The command that the role calls: start, stop, and serve (which start runs in the background).

start reads its settings as JSON from standard input: those of app.Simulator, and port. Start and stop print JSON.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
from pathlib import Path

from . import process

PACKAGES = (
    "starlette",
    "uvicorn",
    "aiohttp",
    "cryptography",
    "yaml",
    "jsonschema",
    "jsonpointer",
    "rfc3339_validator",
    "rfc3986_validator",
)
REQUIREMENTS = Path(__file__).resolve().parent.parent / "requirements.txt"


def main() -> int:
    parser = argparse.ArgumentParser(prog="simulator", description="A simulator of the Telnyx TeXML API on loopback.")
    parser.add_argument("command", choices=["start", "stop", "serve"])
    parser.add_argument("directory", type=Path, help="holds the lock, the state and the log of one simulator")
    arguments = parser.parse_args()
    directory = arguments.directory.absolute()
    try:
        if arguments.command == "stop":
            print(json.dumps(process.stop(directory)))
        elif arguments.command == "start":
            _check_packages()
            print(json.dumps(process.start(directory, json.load(sys.stdin))))
        else:
            from .server import serve

            serve(directory, json.load(sys.stdin))
    except process.Failed as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _check_packages() -> None:
    missing = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        raise process.Failed(
            f"The simulator needs {', '.join(missing)}. Install what it needs with:"
            f" {sys.executable} -m pip install -r {REQUIREMENTS}"
        )


if __name__ == "__main__":
    sys.exit(main())
