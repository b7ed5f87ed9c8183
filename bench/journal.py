# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measures the journal, and prints the tables of docs/journal.md: python bench/journal.py FOLDER…"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import resource
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / ".collections"))

from ansible_collections.voiceops.telnyx.plugins.module_utils._starting import database, journal_file
from ansible_collections.voiceops.telnyx.plugins.module_utils._starting.journal_file import JournalFile

KEY = "https://api.telnyx.com/v2/texml/Accounts/61bf923e-5e4d-4595-a110-56190ea18a1b/Calls/v3:{}/Recordings.json"
INTENT = {"form": {"RecordingChannels": "dual", "RecordingTrack": "both"}}
OUTCOME = {"status": 201, "recording": {"sid": "x" * 36, "call_sid": "y" * 50, "media_url": "z" * 150}}
SECONDS = 5
ENTRIES = (1_000, 100_000, 1_000_000)
MODES = {
    "rollback journal, DELETE": ("journal_mode=DELETE", "synchronous=EXTRA"),
    "rollback journal, TRUNCATE": ("journal_mode=TRUNCATE", "synchronous=FULL"),
    "rollback journal, PERSIST": ("journal_mode=PERSIST", "synchronous=FULL"),
    "rollback journal, PERSIST, EXTRA": ("journal_mode=PERSIST", "synchronous=EXTRA"),
    "WAL": ("synchronous=FULL",),
}
Append = Callable[[str, str, dict[str, Any], int], Any]


def appends_a_second(append: Append, threads: int) -> tuple[int, float]:
    """Return how many entries were added in a second, and how many seconds the slowest took."""
    until = time.perf_counter() + SECONDS
    took: list[float] = []

    def timed(*given: Any) -> Any:
        started = time.perf_counter()
        number = append(*given)
        took.append(time.perf_counter() - started)
        return number

    def work() -> None:
        while time.perf_counter() < until:
            key = KEY.format(uuid.uuid4())
            timed(key, "outcome", OUTCOME, timed(key, "intent", INTENT, 0))

    started = time.perf_counter()
    running = [threading.Thread(target=work) for _thread in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return round(len(took) / (time.perf_counter() - started)), max(took, default=0.0)


def of_mode(path: str, mode: str, threads: int) -> int:
    before, database.SETTINGS = database.SETTINGS, MODES[mode]
    try:
        with contextlib.closing(JournalFile(path)) as journal:
            if mode == "WAL":
                journal._database._execute("PRAGMA journal_mode=WAL")
                # There, new pages are in another file for a while.
                journal._database._require_size = lambda: None
            return appends_a_second(journal.append, threads)[0]
    finally:
        database.SETTINGS = before


def of_process(path: str, threads: int, results: Any) -> None:
    with contextlib.closing(JournalFile(path)) as journal:
        results.put(appends_a_second(journal.append, threads))


def of_processes(path: str, processes: int, threads: int) -> str:
    results = multiprocessing.Queue()
    JournalFile(path).close()
    running = [
        multiprocessing.Process(target=of_process, args=(path, threads, results)) for _process in range(processes)
    ]
    for process in running:
        process.start()
    found = [results.get() for _process in running]
    for process in running:
        process.join()
    return f"{sum(number for number, _worst in found)} | {max(worst for _number, worst in found):.1f}"


def fill(path: str, entries: int) -> None:
    """Write two entries for each of many calls, as JournalFile would, in one transaction."""
    journal = JournalFile(path)
    details = [json.dumps(INTENT), json.dumps(OUTCOME)]
    with contextlib.closing(journal), journal._database.writing() as execute:
        for number in range(1, entries + 1, 2):
            key, digest = KEY.format(f"{number * 7919 % 1_000_003:07}"), ""
            for at, event in ((0, "intent"), (1, "outcome")):
                columns = (number + at, key, journal.run, event, 1.5, details[at])
                digest = journal_file._digest(columns, digest)
                execute(journal_file.INSERT, (*columns[:2], journal_file._hash(key), *columns[2:], digest))


def of_opening(path: str, entries: int, results: Any) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    with contextlib.closing(JournalFile(path)) as journal:
        opened = time.perf_counter() - started
        for number in range(1, entries, entries // 20 * 2):
            assert len(journal.history(KEY.format(f"{number * 7919 % 1_000_003:07}"))) == 2
    took = time.perf_counter() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    results.put(f"{opened * 1000:.1f} | {took * 1000:.1f} | {memory / 1024:.0f} ({(memory - before) / 1024:.1f})")


def main(folders: list[str]) -> None:
    for folder in folders:
        print(f"\n{folder}\n\n| entries a second | 1 thread | 64 threads |\n| --- | --- | --- |")
        for mode in MODES:
            row = []
            for threads in (1, 64):
                with tempfile.TemporaryDirectory(dir=folder) as where:
                    row.append(of_mode(f"{where}/journal", mode, threads))
            print(f"| {mode} | {row[0]} | {row[1]} |", flush=True)
        print("\n| processes, threads each | entries a second | the slowest, seconds |\n| --- | --- | --- |")
        for processes, threads in ((2, 64), (8, 8), (32, 1)):
            with tempfile.TemporaryDirectory(dir=folder) as where:
                row_of = of_processes(f"{where}/journal", processes, threads)
            print(f"| {processes}, {threads} | {row_of} |", flush=True)
    print("\n| entries | opened, ms | and 10 histories, ms | MiB (of these, for the journal) | file, MiB |")
    print("| --- | --- | --- | --- | --- |")
    context = multiprocessing.get_context("spawn")
    for entries in ENTRIES:
        with tempfile.TemporaryDirectory(dir=folders[-1]) as where:
            path = f"{where}/journal"
            fill(path, entries)
            results = context.Queue()
            process = context.Process(target=of_opening, args=(path, entries, results))
            process.start()
            print(f"| {entries:,} | {results.get()} | {Path(path).stat().st_size / 2**20:.1f} |", flush=True)
            process.join()


if __name__ == "__main__":
    main(sys.argv[1:] or ["/dev/shm", "/var/tmp"])  # noqa: S108
