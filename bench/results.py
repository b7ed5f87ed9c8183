# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was measured, as data: docs/benchmarks.json, from which the pictures are drawn."""

from __future__ import annotations

from typing import Any

from limits import AT_ONCE, MANY, items, looped
from measure import Measured

LOOPS = ("debug", "ours", "mitogen", "module", "uri")
# Calls at the same time. Of a playbook, the time of an empty one is not counted.
PLAYS = ("many 8", "many 64", "slow 8", "slow 64")
PROGRAMS = {"sdk many": MANY, "slow sdk": MANY, "engine": AT_ONCE, "bare": AT_ONCE}


def per_call(found: dict[str, Measured]) -> dict[str, float]:
    """Return the milliseconds of a call: of an item of a loop, and of many calls at the same time."""
    empty = found["empty"].median
    seconds = {name: looped(found, name).median for name in LOOPS}
    seconds |= {name: (found[name].median - empty) / MANY for name in PLAYS}
    seconds |= {name: found[name].median / calls for name, calls in PROGRAMS.items()}
    return {name: round(one * 1000, 2) for name, one in seconds.items()}


def results(found: dict[str, Measured], requests: int, simulated: tuple[float, float], machine: str) -> dict[str, Any]:
    """Return all numbers of the page: seconds, MiB, milliseconds of a call, and milliseconds of CPU of the simulator."""
    return {
        "machine": machine,
        "loop_items": {name: items(name) for name in LOOPS},
        "measured": {name: _one(measured) for name, measured in found.items()},
        "ms_per_call": per_call(found),
        "requests_of_list": requests,
        "ms_of_cpu": dict(zip(("simulator", "bare"), (round(one * 1000, 2) for one in simulated), strict=True)),
    }


def _one(measured: Measured) -> dict[str, float]:
    times = {"median": measured.median, "fastest": min(measured.seconds), "slowest": max(measured.seconds)}
    memory = {"peak_mib": round(measured.memory)} if measured.memory else {}
    return {name: round(value, 3) for name, value in times.items()} | memory
