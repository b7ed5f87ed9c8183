# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tests the collection with the versions that it promises, and writes them into the README: see "make matrix"."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor

from support.runs import ROOT

from matrix import environments
from matrix.environments import MATRIX, Missing, Place, Row

README = ROOT / "README.md"
BEGIN, END = "<!-- matrix -->\n", "<!-- /matrix -->"
HEAD = ("ansible-core", "Python", "Python of the host", "requests", "jsonschema", "tests", "`ansible-test sanity`")
RING = "tests/integration"
# What is not about the versions of a row.
ONCE = [f"--ignore={RING}/{name}" for name in ("test_execution_environment.py", "test_sdks.py")]
# These are long, and about a service that misbehaves, or about pages: "make test-all" runs them. The simulator needs no
# ansible-core.
PAGES = ("test_awx.py", "test_guides.py", "test_troubleshooting.py")
LEFT_OUT = ("test_certainty.py", "test_chaos.py", "test_simulator*.py", *PAGES)
SETS = {
    "smoke": [f"{RING}/test_playbooks.py", f"{RING}/test_recording_info.py"],
    "usual": [RING, *ONCE, *(f"--ignore-glob=*/{name}" for name in LEFT_OUT)],
    "all": [RING, *ONCE],
}
# A module by itself needs jsonschema, which a target does not have. Each ansible-core has a row with a target, too; so in
# the usual set no door is tried twice.
DOORS = {"target": ["-k", "handed"], "usual": ["-k", "not handed"]}


def run(row: Row, where: Place, chosen: str) -> list[str]:
    """Run the tests of a row, and return its line in the table."""
    report = where.controller.parent / f"tests{row.target}.xml"
    doors = DOORS.get("target" if row.target else chosen, [])
    done = environments.pytest(where, f"--junitxml={report}", *SETS[chosen], *doors)
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
        return environments.place(row)
    except Missing as missing:
        return f"not run: {missing}"
    except subprocess.CalledProcessError as error:
        print(error.stderr, file=sys.stderr)
        return "failed: not installed"


def table(lines: list[list[str]]) -> str:
    """Return a table in Markdown."""
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (HEAD, ["---"] * len(HEAD), *lines))


def written() -> list[list[str]]:
    """Return the lines that are in the README."""
    text = README.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    return [[cell.strip() for cell in one.strip("|").split("|")] for one in text.splitlines()[2:]]


def write(found: dict[Row, list[str]]) -> None:
    """Put lines into the README. The rows that were not tried keep what they say."""
    before, _begin, rest = README.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    lines = {**{row: without_tests(row, "not run") for row in MATRIX}, **dict(zip(MATRIX, written())), **found}
    README.write_text(f"{before}{BEGIN}{table([lines[row] for row in MATRIX])}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--set", choices=SETS, default="usual")
    parser.add_argument("--core", nargs="*", default=[], help="run only the rows of these ansible-cores")
    options = parser.parse_args()
    rows = [row for row in MATRIX if not options.core or row.core in options.core]
    if options.set == "smoke":
        plain = [row for row in MATRIX if not row.target and not row.oldest]
        rows = [plain[0], plain[-1]]
    places = [prepared(row) for row in rows]
    with ThreadPoolExecutor((os.cpu_count() or 1) + 1) as pool:
        found = dict(zip(rows, pool.map(lambda row, where: line(row, options.set, where), rows, places)))
    print(table(list(found.values())))
    if options.set != "smoke":
        write(found)
    sys.exit(any("failed" in cell for cells in found.values() for cell in cells))
