# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tests the collection with the versions that it promises, and writes them into docs/versions.md: see "make matrix"."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor

from environments.matrix import rows
from environments.matrix.rows import MATRIX, Missing, Place, Row
from support.runs import ROOT

PAGE = ROOT / "docs" / "versions.md"
BEGIN = """# Versions

Written by `make matrix`. It installs the collection beside each of these, and tests it. Where the host is another one, the
module runs on it with that Python, which has nothing but `requests`; with 3.8 and the newest `requests` it has `jsonschema`,
too, and tasks run in the background as well. The last rows have the oldest `requests` and `jsonschema` that work.

"""
HEAD = ("ansible-core", "Python", "Python of the host", "requests", "jsonschema", "tests", "`ansible-test sanity`")
SETS = {
    "smoke": ["tests/modules/test_playbooks.py", "tests/modules/test_recording_info.py"],
    # The others are about a service that misbehaves, or about pages: "make test-all" runs them. The simulator needs no
    # ansible-core.
    "usual": ["tests/modules"],
    "all": [
        *(f"tests/{name}" for name in ("modules", "chaos", "simulator", "pages", "environments")),
        "-m",
        "not once",
    ],
}
# A module by itself needs jsonschema, which most targets do not have. Each ansible-core has a row with a target, too; so in
# the usual set no entry point is tried twice.
ENTRY_POINTS = {
    "target": ["-k", "handed"],
    "background": ["-k", "handed or background"],
    "usual": ["-k", "not handed", "-m", "not long"],
}


def run(row: Row, where: Place, chosen: str) -> list[str]:
    """Run the tests of a row, and return its line in the table."""
    report = where.controller.parent / f"tests{row.target}.xml"
    entry_points = ENTRY_POINTS.get("background" if row.background else "target" if row.target else chosen, [])
    done = rows.pytest(where, f"--junitxml={report}", *SETS[chosen], *entry_points)
    if done.returncode:
        print(done.stdout, file=sys.stderr, flush=True)
    suite = ET.parse(report).getroot().find("testsuite")
    assert suite is not None
    count, failures, errors, skipped = (int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped"))
    failed = failures + errors
    tests = f"{failed} of {count} failed" if failed or done.returncode else f"{count - skipped} passed"
    return [*where.versions(), tests, sanity(where) if row.sanity and chosen != "smoke" else ""]


def sanity(where: Place) -> str:
    """Run ansible-test of a controller, without any file of what to ignore."""
    name = where.controller.parent.relative_to(ROOT / ".cache")
    path = f"{where.controller}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [str(ROOT / "tests" / "sanity.sh"), str(name), "may-skip"],
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        print(done.stdout, done.stderr, sep="", file=sys.stderr, flush=True)
    return "failed" if done.returncode else re.sub(r"^\d+ sanity tests ", "", done.stdout.strip())


def without_tests(row: Row, why: str) -> list[str]:
    """Return the line of a row that was not run."""
    return [row.core, row.python, row.target or row.python, "", "", why, ""]


def line(row: Row, chosen: str, where: Place | str) -> list[str]:
    """Return a row's line in the table, and tell about it."""
    found = without_tests(row, where) if isinstance(where, str) else run(row, where, chosen)
    print(f"{time.strftime('%H:%M:%S')} {' | '.join(found)}", file=sys.stderr, flush=True)
    return found


def prepared(row: Row) -> Place | str:
    """Return the place of a row, or why there is none."""
    try:
        return rows.place(row)
    except Missing as missing:
        return f"not run: {missing}"
    except subprocess.CalledProcessError as error:
        print(error.stderr, file=sys.stderr)
        return "failed: not installed"


def table(lines: list[list[str]]) -> str:
    """Return a table in Markdown."""
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (HEAD, ["---"] * len(HEAD), *lines))


def written() -> list[list[str]]:
    """Return the lines that are on the page."""
    lines = [one for one in PAGE.read_text(encoding="utf-8").splitlines() if one.startswith("|")]
    return [[cell.strip() for cell in one.strip("|").split("|")] for one in lines[2:]]


def write(found: dict[Row, list[str]]) -> None:
    """Write the page. The rows that were not tried keep what they say."""
    lines = {**{row: without_tests(row, "not run") for row in MATRIX}, **dict(zip(MATRIX, written())), **found}
    PAGE.write_text(f"{BEGIN}{table([lines[row] for row in MATRIX])}\n", encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--set", choices=SETS, default="usual")
    parser.add_argument("--core", nargs="*", default=[], help="run only the rows of these ansible-cores")
    options = parser.parse_args()
    chosen = [row for row in MATRIX if not options.core or row.core in options.core]
    if options.set == "smoke":
        plain = [row for row in MATRIX if not row.target and not row.oldest]
        # Nothing else in the smoke set runs with a Python as old as a target's may be.
        chosen = [plain[0], plain[-1], next(row for row in MATRIX if row.background)]
    places = [prepared(row) for row in chosen]
    with ThreadPoolExecutor((os.cpu_count() or 1) + 1) as pool:
        found = dict(zip(chosen, pool.map(lambda row, where: line(row, options.set, where), chosen, places)))
    print(table(list(found.values())))
    if options.set != "smoke":
        write(found)
    sys.exit(any("failed" in cell for cells in found.values() for cell in cells))
