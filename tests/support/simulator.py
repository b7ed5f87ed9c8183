# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs simulators in the background, by the command that the role calls."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from support import runs

FILES = runs.COLLECTION / "roles" / "simulator" / "files"
# For the tests that want a call of their own.
CALLS = [f"v3:call-{number}" for number in range(300)]
SETTINGS: dict[str, Any] = {
    "api_key": runs.KEY,
    "account_sid": runs.ACCOUNT,
    "port": 0,
    "calls": [
        *({"sid": sid} for sid in (runs.LIVE, runs.LIVE_TOO, *CALLS)),
        {"sid": runs.RINGING, "status": "ringing"},
        {"sid": runs.ENDED, "status": "ended"},
    ],
}
BRIDGE = {
    "sid": "cd5a70f4-759b-4d5e-9c06-88c00f16f3c1",
    "friendly_name": "INC-4711",
    "recordings": 0,
    "participants": [runs.LIVE, runs.LIVE_TOO],
}


class Simulator:
    """A running simulator."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.connection = {"api_key": runs.KEY, "account_sid": runs.ACCOUNT, "base_url": base_url}
        self._fresh = iter(CALLS)
        self._session = requests.Session()

    def ledger(self) -> list[dict[str, Any]]:
        """Return every request that it received."""
        found = self.ask("GET", "ledger")
        assert not found["dropped"], "the ledger is too small"
        return list(found["requests"])

    def ask(self, method: str, page: str, body: Any = None) -> Any:
        """Ask for one of its own pages."""
        url = self.base_url.replace("/v2", f"/simulator/{page}")
        reply = self._session.request(method, url, json=body, timeout=60)
        reply.raise_for_status()
        return reply.json()

    def fresh(self) -> str:
        """Return a live call on which nothing has happened."""
        return next(self._fresh)

    def completed(self, count: int = 1, **options: Any) -> list[str]:
        """Return recordings of one call that are complete, and have a transcription."""
        call = self.fresh()
        sids = [self.ask("POST", "recordings", {"call_sid": call, **options})["sid"] for _number in range(count)]
        for sid in sids:
            self.ask("PATCH", f"recordings/{sid}", {"status": "completed"})
        return sids

    def requests(self, call_sid: str, method: str = "POST") -> list[dict[str, Any]]:
        """Return the requests about one call."""
        return [one for one in self.ledger() if one["method"] == method and f"/{call_sid}/" in one["target"]]

    def recordings(self, call_sid: str) -> list[str]:
        """Return the SIDs of the recordings that requests have started on a call."""
        return [one["recording"] for one in self.requests(call_sid) if one["recording"]]


def command(verb: str, directory: Path, **settings: Any) -> dict[str, Any]:
    """Start or stop the simulator of a directory, and return what the command prints."""
    # It is of the usual calls.
    bridge = {} if "calls" in settings else {"conferences": [BRIDGE]}
    done = subprocess.run(
        [runs.SIMULATOR_PYTHON or sys.executable, "-m", "simulator", verb, str(directory)],
        input=json.dumps({**SETTINGS, **bridge, **settings}),
        cwd=FILES,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if done.returncode:
        raise AssertionError(done.stderr)
    return dict(json.loads(done.stdout))


@contextmanager
def running(directory: Path, **settings: Any) -> Iterator[Simulator]:
    """Run a simulator with these settings. In the end, nothing may have been a defect of it."""
    base_url = command("start", directory, **settings)["base_url"]
    try:
        yield Simulator(base_url)
    finally:
        log = (directory / "simulator.log").read_text(encoding="utf-8")
        command("stop", directory)
    assert log == "", "nothing that these tests do is a defect of the simulator"
