# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds the oldest requests and jsonschema with which the tests pass, for requirements.txt: see "make floors"."""

from __future__ import annotations

import subprocess
import sys

from matrix import environments
from matrix.environments import MATRIX, Place, Row

# The tests of what uses a library. The whole set of the matrix then runs with what was found.
TESTS = {
    "requests": ["tests/unit/test_transport.py", "tests/properties"],
    "jsonschema": ["tests/unit/test_arguments.py", "tests/properties/test_sent_as_given.py"],
}
ON_A_TARGET = ["tests/integration/test_call_recording.py", "-k", "handed"]


def releases(where: Place, row: Row, package: str) -> list[str]:
    """Return the releases of a package that pip finds for the Python of a row, the oldest first."""
    python = where.target if row.target else where.controller
    done = subprocess.run(
        [str(python / "python"), "-m", "pip", "index", "versions", package],
        check=True,
        capture_output=True,
        text=True,
    )
    found = done.stdout.partition("Available versions: ")[2].splitlines()[0]
    return found.split(", ")[::-1]


def works(where: Place, row: Row, package: str, release: str) -> bool:
    """Tell whether the tests pass with a release, and with the newest of what it needs."""
    folder = where.target if row.target else where.controller
    also = "requests" if package == "jsonschema" else ""
    try:
        environments.install(folder, f"{package}=={release}", *([also] if also else []))
    except subprocess.CalledProcessError:
        passed, beside = False, "cannot be installed"
    else:
        chosen = ["-x", *(ON_A_TARGET if row.target else TESTS[package])]
        # Twice, since on a busy machine a test may fail for another reason.
        passed = any(environments.pytest(where, *chosen).returncode == 0 for _attempt in range(2))
        beside = f"with urllib3 {environments.version(folder, 'urllib3')}"
    print(package, release, beside, "passes" if passed else "fails", file=sys.stderr, flush=True)
    return passed


def oldest(where: Place, row: Row, package: str) -> str:
    """Return the oldest release that works. What works is taken to do so in all that are newer."""
    candidates = releases(where, row, package)
    low, high = 0, len(candidates) - 1
    while low < high:
        middle = (low + high) // 2
        if works(where, row, package, candidates[middle]):
            high = middle
        else:
            low = middle + 1
    return candidates[low]


if __name__ == "__main__":
    for row in MATRIX:
        if not row.oldest:
            continue
        where = environments.place(row)
        on = f"Python {environments.version(where.target, 'python')}"
        for package in ("requests",) if row.target else tuple(TESTS):
            print(f"{package} {oldest(where, row, package)} on {on}", flush=True)
