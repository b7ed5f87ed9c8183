# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compares what the rulebooks of the tour did with what the simulator did: progress, wait, and table.

All times are those of the simulator's ledgers and of the archive's log.
"""

from __future__ import annotations

import argparse
import datetime
import json
import statistics
import sys
import time
import urllib.parse
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

Entry = dict[str, Any]
COLUMNS = ("calls", "answered", "too short", "recorded", "missed", "archived", "verified")
# Seconds between two looks, and without any change until nothing more is expected.
TICK, PATIENCE = 0.5, 30.0
# As many problems are shown.
SHOWN = 5


class Seen(NamedTuple):
    """What was seen at one moment: `calls`, `requests` and `callbacks` of the simulator, `entries` of the archive's log."""

    calls: list[Entry]
    requests: list[Entry]
    callbacks: list[Entry]
    entries: list[Entry]


class Report:
    """What became of the calls. `verified` is the result of the verification, once there is one."""

    def __init__(self, seen: Seen, number: str, verified: Entry | None = None) -> None:
        self.seen = seen
        self.number = number
        self._verified = verified or {}
        self._starts: dict[str, list[Entry]] = {}
        for one in seen.requests:
            sid = _call_of(one)
            if sid:
                self._starts.setdefault(sid, []).append(one)
        self.archived = {one["recording_sid"]: one for one in seen.entries if one["action"] == "archived"}
        self.completed = {
            one["recording_sid"]: one
            for one in seen.callbacks
            if one["type"] == "recording" and one["event"] == "completed"
        }
        # Without problems, nothing was verified.
        with_problems = {one["recording_sid"] for one in self._verified.get("problems", [])}
        self.verified = set(self.archived) - with_problems if "problems" in self._verified else set()

    def calls(self, on_number: bool) -> list[Entry]:
        """Return the calls to the number, or to all other ones."""
        return [one for one in self.seen.calls if (one["to"] == self.number) == on_number]

    def recordings(self, call: Entry) -> list[str]:
        """Return the recordings that were started on a call."""
        return [one["recording"] for one in self._starts.get(call["sid"], []) if one["recording"]]

    def too_short(self, call: Entry) -> bool:
        """Whether a call had ended when its recording was to start."""
        starts = self._starts.get(call["sid"], [])
        ended = call["ended"] and _seconds(call["ended"])
        return bool(
            ended and starts and not self.recordings(call) and all(_seconds(one["time"]) > ended for one in starts)
        )

    def row(self, on_number: bool) -> dict[str, int]:
        """Return the columns of the number, or of all other ones."""
        calls = self.calls(on_number)
        answered = [one for one in calls if one["answered"]]
        recorded = [one for one in answered if self.recordings(one)]
        short = [one for one in answered if on_number and self.too_short(one)]
        archived = {sid for one in recorded for sid in self.recordings(one) if sid in self.archived}
        missed = len(answered) - len(recorded) - len(short) if on_number else 0
        verified = len(archived & self.verified)
        counts = (len(calls), len(answered), len(short), len(recorded), missed, len(archived), verified)
        return dict(zip(COLUMNS, counts, strict=True))

    def delays(self) -> dict[str, list[float]]:
        """Return the seconds from answered to recording, and from complete to archived."""
        calls = [one for one in self.calls(True) if one["answered"] and self.recordings(one)]
        first = [(one["answered"], self._started(one)) for one in calls]
        second = [
            (self.completed[sid]["time"], one["time"]) for sid, one in self.archived.items() if sid in self.completed
        ]
        pairs = {"answered to recording": first, "complete to archived": second}
        return {name: [_seconds(end) - _seconds(begin) for begin, end in times] for name, times in pairs.items()}

    def _started(self, call: Entry) -> str:
        return next(str(one["time"]) for one in self._starts[call["sid"]] if one["recording"])

    def wrong(self) -> list[str]:
        """Return what does not add up."""
        own = self.calls(True)
        found = [
            f"Call {one['sid']} was answered for {_lasted(one)}, and has no recording."
            for one in own
            if one["answered"] and not self.recordings(one) and not self.too_short(one)
        ]
        found += [
            f"Call {one['sid']} was recorded {len(self.recordings(one))} times."
            for one in own
            if len(self.recordings(one)) > 1
        ]
        found += [
            f"Call {one['sid']} to {one['to']} was recorded." for one in self.calls(False) if self.recordings(one)
        ]
        recordings = {sid for one in self.seen.calls for sid in self.recordings(one)}
        if not recordings:
            found.append(f"No call to {self.number} was recorded.")
        found += [f"Recording {sid} is not complete." for sid in sorted(recordings - set(self.completed))]
        found += [f"Recording {sid} is not in the archive." for sid in sorted(set(self.completed) - set(self.archived))]
        found += [
            f"Recording {sid} of the archive was not made here." for sid in sorted(set(self.archived) - recordings)
        ]
        times = Counter(one["recording_sid"] for one in self.seen.entries if one["action"] == "archived")
        found += [f"Recording {sid} was archived {count} times." for sid, count in times.items() if count > 1]
        if self._verified.get("msg"):
            found.append(self._verified["msg"])
        return found

    def settled(self) -> bool:
        """Whether all calls to the number have ended, and everything that is expected has happened."""
        return all(one["ended"] for one in self.calls(True)) and not self.wrong()

    def progress(self) -> str:
        """Return what has happened so far, in a line."""
        row = self.row(True)
        calls = f"{row['calls'] + self.row(False)['calls']} calls, {row['answered']} answered on {self.number}"
        return f"{calls}, {row['recorded']} recorded, {row['archived']} archived"

    def table(self) -> list[str]:
        """Return the table, in lines."""
        rows = {self.number: self.row(True), "other numbers": self.row(False)}
        lines = [f"{'number':22}" + "".join(f"{name:>10}" for name in COLUMNS)]
        lines += [f"{name:22}" + "".join(f"{row[column]:10}" for column in COLUMNS) for name, row in rows.items()]
        lines += [f"{'seconds':22}{'median':>10}{'worst':>10}"]
        for name, seconds in self.delays().items():
            both = (statistics.median(seconds), max(seconds)) if seconds else ()
            lines.append(f"{name:22}" + ("".join(f"{one:10.1f}" for one in both) or f"{'-':>10}{'-':>10}"))
        return lines


def look(base_url: str, folder: Path) -> Seen:
    """Ask the simulator, and read the archive's log."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    pages = {}
    for name in ("calls", "ledger", "callbacks"):
        with opener.open(base_url.replace("/v2", f"/simulator/{name}"), timeout=60) as reply:
            pages[name] = json.load(reply)
    log = folder / "archive" / "archive.jsonl"
    lines = log.read_bytes().splitlines(keepends=True) if log.exists() else []
    # The last line may not be written to its end yet.
    entries = [json.loads(line) for line in lines if line.endswith(b"\n")]
    return Seen(pages["calls"]["calls"], pages["ledger"]["requests"], pages["callbacks"]["callbacks"], entries)


def wait(base_url: str, folder: Path, number: str) -> Report:
    """Return the report when it is settled, or when nothing has changed for a while after the last call has ended."""
    last, since = "", time.monotonic()
    while True:
        report = Report(look(base_url, folder), number)
        # Callbacks that are tried again are no progress.
        now = json.dumps([report.row(True), len(report.completed), [one["ended"] for one in report.calls(True)]])
        if now != last:
            last, since = now, time.monotonic()
        ended = all(one["ended"] for one in report.calls(True))
        if report.settled() or (ended and time.monotonic() - since > PATIENCE):
            return report
        time.sleep(TICK)


def main() -> int:
    parser = argparse.ArgumentParser(prog="tour.report", description="Compares the tour with the simulator.")
    parser.add_argument("command", choices=["progress", "wait", "table"])
    parser.add_argument("base_url", help="of the simulator")
    parser.add_argument("folder", type=Path, help="of the tour")
    parser.add_argument("number", help="whose calls are to be recorded")
    arguments = parser.parse_args()
    at = arguments.base_url, arguments.folder
    if arguments.command == "wait":
        print(wait(*at, arguments.number).progress())
        return 0
    # The result of the verification.
    verified = json.load(sys.stdin) if arguments.command == "table" else None
    report = Report(look(*at), arguments.number, verified)
    if arguments.command == "progress":
        print(report.progress())
    else:
        print(json.dumps({"table": report.table(), "wrong": shortened(report.wrong())}))
    return 0


def shortened(texts: list[str]) -> list[str]:
    """Return the first of them, and how many more there are."""
    more = len(texts) - SHOWN
    return texts[:SHOWN] + ([f"{more} more."] if more > 0 else [])


def _call_of(request: Entry) -> str | None:
    """Return the call that a start request is about, or None for any other request."""
    parts = urllib.parse.urlsplit(request["target"]).path.split("/")
    if request["method"] != "POST" or len(parts) < 3 or parts[-3] != "Calls" or parts[-1] != "Recordings.json":
        return None
    return urllib.parse.unquote(parts[-2])


def _lasted(call: Entry) -> str:
    return f"{_seconds(call['ended']) - _seconds(call['answered']):.1f} seconds" if call["ended"] else "long"


def _seconds(date: str) -> float:
    return datetime.datetime.fromisoformat(date).timestamp()


if __name__ == "__main__":
    sys.exit(main())
