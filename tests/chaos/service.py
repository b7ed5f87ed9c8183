# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A simulator that misbehaves by a plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from support.simulator import Simulator, running

# Seconds that a client waits for a reply, and that the slow replies take.
TIMEOUT = 1
DELAY = 1.5


class Service(Simulator):
    """A running simulator, and its calls."""

    def __init__(self, base_url: str, calls: list[str]) -> None:
        super().__init__(base_url)
        self.calls = calls

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
    with running(folder / "simulator", **settings) as one:
        yield Service(one.base_url, sids)
