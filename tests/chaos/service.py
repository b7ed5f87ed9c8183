# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A simulator that misbehaves by a plan."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from support.runs import ACCOUNT, KEY, ROOT

# Seconds that a client waits for a reply, and that the slow replies take.
TIMEOUT = 1
DELAY = 1.5


class Service:
    """A running simulator."""

    def __init__(self, base_url: str, calls: list[str]) -> None:
        self.base_url = base_url
        self.calls = calls
        self._session = requests.Session()

    def ledger(self) -> list[dict[str, Any]]:
        """Return every request to the API."""
        url = self.base_url.replace("/v2", "/simulator/ledger")
        found = self._session.get(url, timeout=30).json()
        if found["dropped"]:
            raise RuntimeError(f"The ledger is too small: it has dropped {found['dropped']} requests.")
        return list(found["requests"])

    def starts(self) -> int:
        """Return how many recordings it has started."""
        return sum(bool(entry["recording"]) for entry in self.ledger())


@contextmanager
def service(folder: Path, calls: int, seed: int, delay: float = DELAY, slow: Iterable[int] = ()) -> Iterator[Service]:
    """Run a simulator that disturbs 30 % of the requests in all of its ways, by a clock that is off.

    `slow` are the numbers of calls of which only the first request is disturbed: its reply is slow.
    """
    sids = [f"v3:{number}" for number in range(calls)]
    settings = {
        "api_key": KEY,
        "account_sid": ACCOUNT,
        "port": 0,
        "calls": [{"sid": sid} for sid in sids],
        "accept_json": True,
        "misbehaviour": {
            "chance": 0.3,
            "seed": seed,
            "delay": delay,
            "calls": {sids[number]: ["slow_after"] for number in slow},
            "list_lag": 1,
            "clock_offset": [3600, -3.5, 0.4][seed % 3],
        },
    }
    started = simulator("start", folder, json.dumps(settings))
    try:
        yield Service(json.loads(started)["base_url"], sids)
    finally:
        simulator("stop", folder)


def simulator(verb: str, folder: Path, settings: str = "") -> str:
    """Call the command of the simulator."""
    done = subprocess.run(
        [sys.executable, "-m", "simulator", verb, str(folder / "simulator")],
        cwd=ROOT / "roles" / "simulator" / "files",
        input=settings,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout
