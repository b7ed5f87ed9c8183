# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keeps and deletes recordings on a service that misbehaves, with us and with what people use today."""

from __future__ import annotations

import importlib.metadata
import platform
import sys
import tempfile
from pathlib import Path

from chaos import archiving
from chaos.archiving import DELAY, TIMEOUT, Archived, service

TITLE = "## Keeping recordings"
RECORDINGS = 700
SEEDS = (1, 2, 3)
KILLS = 8
# A request of theirs takes half a second.
FEWER = 60
FEWER_KILLS = 3
OURS = "`voiceops.telnyx.recording_archive` with `delete: verified`"
GET_URL = "`ansible.builtin.uri` and `get_url` with `retries: 3`"


def run() -> list[tuple[str, int, Archived]]:
    """Return what each client did, by its name and the seed."""
    found = []
    for name, seed in [(OURS, seed) for seed in SEEDS] + [(GET_URL, SEEDS[0])]:
        count = RECORDINGS if name == OURS else FEWER
        with tempfile.TemporaryDirectory() as scratch, service(Path(scratch), count, seed) as one:
            if name == OURS:
                done = archiving.ours(Path(scratch), one, seed, KILLS)
            else:
                done = archiving.get_url(Path(scratch), one, seed, FEWER_KILLS)
        print(f"{name}, seed {seed}: {done}", file=sys.stderr, flush=True)
        found.append((name, seed, done))
    return found


def section(found: list[tuple[str, int, Archived]]) -> str:
    """Return the table."""
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("ansible-core", "requests"))
    lines = [
        TITLE,
        "",
        "Written by `make chaos PART=archive`. Each client fetches all recordings of the simulator into a folder, and deletes",
        f"them there. 30 % of the requests to the API are disturbed as above, slow replies take {DELAY:.0f} s, and each client waits",
        f"{TIMEOUT} s for a reply of the API. 30 % of the downloads are cut off in the middle, or are an HTML page with status 200,",
        "or come from a host without ranges. Each client is killed (`kill -9`) at random moments, and run again until a run has",
        "no failure. Then the files are held against the audio, and what was done against the ledgers of the API and of the",
        "media host.",
        "",
        "`uri` lists, `get_url` fetches, and `uri` deletes what `get_url` reports as fetched, each as a loop.",
        "",
        f"Python {platform.python_version()}, {versions}.",
        "",
        "| client | seed | recordings | runs | of these killed | deleted | deleted, and not whole on the disk | deleted before a"
        " digest was compared | fetched again, although there was a whole copy | deleted again | reported as deleted, and not"
        " deleted | found by `state: verified` |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
        *(_row(name, seed, one) for name, seed, one in found),
        "",
        "Ours has a whole copy once the sidecar is written, which has the digest; what was fetched before that, and not logged,",
        "is fetched again. `get_url` has one once the file is in its place, and fetches it again in each run. It notices half a",
        "recording, but takes a page of HTML for the audio, and the recording is then deleted.",
        "",
    ]
    return "\n".join(lines)


def _row(name: str, seed: int, one: Archived) -> str:
    problems = "-" if one.problems is None else one.problems
    columns = [name, seed, one.verdict.recordings, one.runs, one.killed, *one.verdict[1:], problems]
    return f"| {' | '.join(map(str, columns))} |"


def broken(found: list[tuple[str, int, Archived]]) -> list[str]:
    """Return the promises of ours that did not hold."""
    faults = []
    for name, seed, one in found:
        if name == OURS:
            counts = {
                **one.verdict._asdict(),
                "problems": one.problems,
                "left": one.verdict.recordings - one.verdict.deleted,
            }
            promises = ("lost", "unverified", "fetched_twice", "deleted_twice", "invented", "problems", "left")
            faults += [f"{name}, seed {seed}: {what} is {counts[what]}" for what in promises if counts[what]]
    return faults
