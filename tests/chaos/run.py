# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Records 2,000 calls on a service that misbehaves, with us and with what people use today; writes docs/reliability.md.

The table of the starts goes into docs/reliability.json as well, for the picture. Then it keeps their recordings in an archive, see
run_archive.py, and sends callbacks, see run_callbacks.py. `run.py starts`, `run.py archive` or `run.py callbacks` does only one of
them.
"""

from __future__ import annotations

import importlib.metadata
import json
import platform
import sys
import tempfile
from pathlib import Path
from typing import Any

from chaos import clients, run_archive, run_callbacks, sections
from chaos.service import DELAY, TIMEOUT, service
from chaos.verdict import Verdict, judge

CALLS = 2000
SEEDS = (1, 2, 3)
OURS = "`voiceops.telnyx.call_recording`, killed in the middle and run again"
RETRYING = "the same, with `retry_unknown: true`"
URI = "`ansible.builtin.uri` with `retries: 3`"
SDK = "the vendor's Python SDK, with its own retries"
SHORT = {OURS: "ours", RETRYING: "retrying", URI: "uri", SDK: "sdk"}


def run() -> list[tuple[str, int, Verdict]]:
    """Return what each client did, by its name and the seed."""
    found = []
    plan = [(OURS, seed) for seed in SEEDS] + [(RETRYING, SEEDS[0]), (URI, SEEDS[0])] + [(SDK, seed) for seed in SEEDS]
    for name, seed in plan:
        with tempfile.TemporaryDirectory() as scratch, service(Path(scratch), CALLS, seed) as one:
            client = {URI: clients.uri, SDK: clients.sdk}.get(name, clients.ours)
            options = {"retry_unknown": True} if name == RETRYING else {}
            report = client(Path(scratch), one, **options)
            verdict = judge(one.calls, one.ledger(), report)
        print(f"{name}, seed {seed}: {verdict}", file=sys.stderr, flush=True)
        found.append((name, seed, verdict))
    return found


def page(found: list[tuple[str, int, Verdict]]) -> str:
    """Return the table."""
    lines = [
        "# Reliability",
        "",
        f"Written by `make chaos`. Each client starts a recording on {CALLS:,} calls, once for each seed, on the simulator.",
        "It disturbs 30 % of the requests, in all of its ways: it drops connections before and after it acted; answers 429",
        "with and without saying when to come again; answers 500 before and after; is slow before and after; sends truncated",
        "replies, HTML and redirects. A recording shows in a list after a second, and the clock of the service is off by an",
        "hour, 3.5 s or 0.4 s. The same seed disturbs the same requests of a call, whoever sends them. Then the ledger of the",
        "simulator is held against what the client reported.",
        "",
        f"Every client waits {TIMEOUT} s for a reply, and slow replies take {DELAY} s. `uri` has each call as a host.",
        "",
        f"{versions()}.",
        "",
        "![What each client did with the first seed](pictures/misbehaviour.svg)",
        "",
        "| client | seed | calls | recorded | recorded twice or more | recorded, and reported as failed | reported as"
        " started, and not recorded | reported as unknown |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
        *(
            f"| {name} | {seed} | {one.calls} | {one.recorded} | {one.twice} | {one.lost} | {one.invented} | {one.unknown} |"
            for name, seed, one in found
        ),
        "",
        "Ours reports each call as started, rejected, not sent or unknown. Of an unknown one it says that a recording may be",
        "running. The others say that it worked or that it failed.",
        "",
    ]
    return "\n".join(lines)


def versions() -> str:
    """Return the versions of all that ran."""
    names = ("ansible-core", "requests", "telnyx")
    return ", ".join(
        [f"Python {platform.python_version()}", *(f"{name} {importlib.metadata.version(name)}" for name in names)]
    )


def data(found: list[tuple[str, int, Verdict]]) -> dict[str, Any]:
    """Return the table as data, from which the picture is drawn."""
    runs = [{"client": SHORT[name], "seed": seed, **verdict._asdict()} for name, seed, verdict in found]
    return {"versions": versions(), "runs": runs}


def broken(found: list[tuple[str, int, Verdict]]) -> list[str]:
    """Return the promises of ours that did not hold."""
    return [
        f"{name}, seed {seed}: {promise} is {getattr(one, promise)}"
        for name, seed, one in found
        if name in (OURS, RETRYING)
        for promise in ("twice", "lost", "invented", "unsaid")
        if getattr(one, promise)
    ]


PARTS = ("starts", "archive", "callbacks")


def main(parts: list[str]) -> list[str]:
    """Run some parts, write their sections of the page, and return the promises that did not hold."""
    faults = []
    if "starts" in parts:
        found = run()
        sections.write(page(found))
        (sections.DOCS / "reliability.json").write_text(json.dumps(data(found), indent=2) + "\n", encoding="utf-8")
        faults += broken(found)
    if "archive" in parts:
        kept = run_archive.run()
        sections.write(run_archive.section(kept))
        faults += run_archive.broken(kept)
    if "callbacks" in parts:
        received = run_callbacks.run()
        sections.write(run_callbacks.section(received))
        faults += run_callbacks.broken(received)
    return faults


if __name__ == "__main__":
    sys.exit("\n".join(main(sys.argv[1:] or list(PARTS))) or None)
