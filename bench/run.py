# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measures the collection beside what people use today, in one run on one machine, and writes docs/benchmarks.md.

The numbers go into docs/benchmarks.json as well, for the pictures. Exits with 1 if a limit is missed.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import archives
import simulator
from limits import AT_ONCE, CALL_HOSTS, HOSTS, LARGE, MANY, PAGE_ROWS, TASKS, items, limits
from measure import Measured, in_turn, server
from page import machine, page
from plays import BY_MODULE, DEBUG, Bench, Task, mitogen, sids
from results import results

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
DATA = PAGE.with_suffix(".json")


def loops(bench: Bench) -> dict[str, Measured]:
    """Measure loops, and loops of one item."""

    def record(count: int) -> Task:
        return bench.record("{{ item }}", loop=sids(count))

    found = in_turn(
        9,
        **{
            f"{name}{suffix}": bench.play(task)
            for suffix, count in (("", 1), (" loop", items("ours")))
            for name, task in (("debug", {**DEBUG, "loop": sids(count)}), ("ours", record(count)))
        },
    )
    for suffix, count in (("", 1), (" loop", items("uri"))):
        found |= in_turn(
            3,
            **{
                f"module{suffix}": bench.play({**record(count), "vars": BY_MODULE}),
                f"uri{suffix}": bench.play(bench.uri(sids(count))),
                f"mitogen{suffix}": bench.play(bench.uri(sids(count)), **mitogen()),
            },
        )
    return found


def at_once(bench: Bench) -> dict[str, Measured]:
    """Measure single calls, and tasks of many calls."""
    some = {"empty": bench.play(DEBUG), "one": bench.play(bench.record("v3:a")), "sdk one": bench.sdk(1)}
    many = {
        "100": bench.play(bench.record(sids(100))),
        "many 8": bench.play(bench.record(sids(MANY), max_concurrency=8)),
        "many 64": bench.play(bench.record(sids(MANY), max_concurrency=64)),
        "sdk many": bench.sdk(MANY),
    }
    alone = {"engine": bench.engine("start", "ours", AT_ONCE), "bare": bench.engine("start", "bare", AT_ONCE)}
    most = {str(calls): bench.play(bench.record(sids(calls))) for calls in (10 * MANY, 100 * MANY)}
    # With the results in a file.
    large = {f"file {calls}": bench.play(bench.reported(calls)) for calls in (10 * MANY, LARGE)}
    return in_turn(9, **some) | in_turn(5, **many) | in_turn(9, **alone) | in_turn(3, **most) | in_turn(1, **large)


def tasks_and_hosts(bench: Bench) -> dict[str, Measured]:
    """Measure plays with many tasks, and on many hosts."""
    forks: dict[str, Any] = {"hosts": HOSTS, "ANSIBLE_FORKS": "5"}
    tasks = {
        "debug tasks": bench.play(*[DEBUG] * TASKS),
        "tasks": bench.play(*(bench.record(f"v3:{number}") for number in range(TASKS))),
    }
    hosts = {
        "debug hosts": bench.play(DEBUG, **forks),
        "hosts": bench.play(bench.record("v3:{{ inventory_hostname }}"), **forks),
    }
    return in_turn(9, **tasks) | in_turn(5, **hosts)


def inventories(bench: Bench) -> dict[str, Measured]:
    """Measure an inventory of live calls, and the playbook that records one."""
    read = {"inventory": bench.inventory(stored=False), "stored inventory": bench.inventory(stored=True)}
    queues = {
        "debug queues": bench.queues(DEBUG, CALL_HOSTS),
        "queues": bench.queues("voiceops.telnyx.record_inventory", CALL_HOSTS),
    }
    return in_turn(5, **read) | in_turn(3, **queues)


def slowly(bench: Bench) -> dict[str, Measured]:
    """Measure tasks of many calls with a server that takes its time."""
    return in_turn(
        3,
        **{
            "slow sdk": bench.sdk(MANY),
            "slow 8": bench.play(bench.record(sids(MANY), max_concurrency=8)),
            "slow 64": bench.play(bench.record(sids(MANY), max_concurrency=64)),
            "legs": bench.play(bench.legs()),
        },
    )


def large_list(bench: Bench) -> dict[str, Measured]:
    """Measure a list of very many recordings, beside a client that only fetches and parses its pages."""
    return in_turn(5, **{"large list": bench.engine("list", "ours"), "bare list": bench.engine("list", "bare")})


def archive_page() -> dict[str, Measured]:
    """Measure the page of an archive, in the browser that the tests have."""
    command = [ROOT / ".venv" / "bin" / "python", ROOT / "bench" / "archive_page.py", str(PAGE_ROWS)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    return {name: Measured(seconds) for name, seconds in json.loads(done.stdout).items()}


def run(folder: Path) -> bool:
    """Measure everything, write the page, and tell whether all limits are kept."""
    with server(0) as port:
        bench = Bench(folder, port)
        found = loops(bench) | at_once(bench) | tasks_and_hosts(bench) | large_list(bench) | inventories(bench)
    with server(0.1) as port:
        found |= slowly(Bench(folder, port))
    with server(0.05) as port:
        bench = Bench(folder, port)
        found |= in_turn(1, list=bench.play(bench.list()))
        requests = bench.requests()
    found |= archive_page()
    simulated = simulator.measure(folder / "simulator")
    kept = archives.archives(folder)
    promises = limits(found, requests, simulated) + archives.promises(kept)
    text = page(found, promises, requests, simulated, archives.tables(kept))
    PAGE.write_text(text, encoding="utf-8")
    data = results(found, requests, simulated, machine())
    DATA.write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(text)
    return all(one.kept for one in promises)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        kept = run(Path(scratch))
    sys.exit(0 if kept else "A limit is missed.")
