# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the collection promises of its speed."""

from __future__ import annotations

from typing import NamedTuple

from measure import Measured

LOOP = 300
# Of those that take long.
SHORT_LOOP = 100
TASKS = 10
HOSTS = 200
CALL_HOSTS = 1000
MANY = 1000
AT_ONCE = 2000
RECORDINGS = 10_000
LARGE = 100_000
LEGS = 10_000
PAGE_ROWS = 10_000


class Limit(NamedTuple):
    """One promise, and what was measured of it."""

    what: str
    measured: float
    bound: str
    promised: float

    @property
    def kept(self) -> bool:
        return self.measured >= self.promised if self.bound == "at least" else self.measured <= self.promised


def items(name: str) -> int:
    """Return how many items the loop with this name has."""
    return LOOP if name in ("debug", "ours") else SHORT_LOOP


def looped(found: dict[str, Measured], name: str) -> Measured:
    """Return the time of an item of a loop."""
    return found[f"{name} loop"].per_item(found[name], items(name))


def limits(found: dict[str, Measured], requests: int, simulated: tuple[float, float]) -> list[Limit]:
    """Return all promises. `simulated` is the CPU time of a start request at the simulator, and at a bare application."""
    empty = found["empty"].median
    ours = looped(found, "ours")
    return [
        Limit("an item of our loop, beside one of `debug`", ours.beside(looped(found, "debug")), "at most", 1.6),
        Limit(f"{TASKS} tasks, beside as many of `debug`", found["tasks"].beside(found["debug tasks"]), "at most", 1.3),
        Limit(f"{HOSTS} hosts, beside `debug` on as many", found["hosts"].beside(found["debug hosts"]), "at most", 1.6),
        Limit(
            f"{CALL_HOSTS:,} hosts through `record_inventory`, beside `debug` on as many",
            found["queues"].beside(found["debug queues"]),
            "at most",
            1.2,
        ),
        Limit(
            f"an inventory of {LEGS:,} live calls, beside a script inventory with the same JSON",
            found["inventory"].beside(found["stored inventory"]),
            "at most",
            3,
        ),
        Limit(
            f"{AT_ONCE:,} calls without Ansible, beside a bare session of requests with as many threads",
            found["engine"].beside(found["bare"]),
            "at most",
            0.9,
        ),
        Limit(f"requests for a list of {RECORDINGS:,} recordings", requests, "at most", 15),
        Limit(
            f"{LEGS:,} live legs with details at 100 ms, 64 at a time, beside {LEGS:,} × 0.1 s / 64 and an empty playbook",
            found["legs"].median / (LEGS * 0.1 / 64 + empty),
            "at most",
            1.3,
        ),
        Limit(
            f"a list of {LARGE:,} recordings without Ansible, beside a bare client for the same pages",
            found["large list"].beside(found["bare list"]),
            "at most",
            1.5,
        ),
        Limit("`uri` in a loop, beside our loop, a call", looped(found, "uri").median / ours.median, "at least", 40),
        Limit("the same under Mitogen, a call", looped(found, "mitogen").median / ours.median, "at least", 1.3),
        Limit(
            "1,000 calls at 100 ms, 64 at a time, beside 1,000 × 0.1 s / 64 and an empty playbook",
            found["slow 64"].median / (MANY * 0.1 / 64 + empty),
            "at most",
            1.4,
        ),
        Limit(
            "the SDK with asyncio, beside ours, 1,000 calls, each from its start to its end",
            found["sdk many"].beside(found["many 8"]),
            "at least",
            1.5,
        ),
        Limit(
            "a start request at the simulator, beside the bare application, CPU time",
            simulated[0] / simulated[1],
            "at most",
            3,
        ),
        Limit("10,000 calls, beside 1,000", found["10000"].median / found["many 8"].median, "at most", 11),
        Limit(
            f"{LARGE:,} calls with `results_path`, beside {10 * MANY:,}",
            found[f"file {LARGE}"].median / found[f"file {10 * MANY}"].median,
            "at most",
            11,
        ),
        Limit(
            f"{LARGE:,} calls with `results_path`, peak memory of the controller and of its worker, MiB",
            found[f"file {LARGE}"].memory,
            "at most",
            250,
        ),
        Limit(
            "one call from start to end, beside an empty playbook", found["one"].beside(found["empty"]), "at most", 1.25
        ),
        Limit(f"first rows of a page of {PAGE_ROWS:,} recordings, seconds", found["page first"].median, "at most", 1),
        Limit(
            f"the slowest filter of a page of {PAGE_ROWS:,} recordings, seconds",
            found["page filter"].median,
            "at most",
            0.1,
        ),
    ]
