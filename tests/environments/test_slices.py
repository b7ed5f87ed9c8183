# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Slices of a job that records an inventory: no call twice, and none lost, or else the next run reports it."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.inventories import export, script, variables, write
from support.runs import Run, playbook
from support.simulator import Simulator, running
from support.slices import Job, Slice, sliced

pytestmark = [pytest.mark.once, pytest.mark.long]
CONNECTION_ID = "1684641123236054244"
SLICES = 3
CALLS = [f"v3:{number:02}" for number in range(11)]
# The first in the order of the hosts, so that its end moves all others to another slice.
FIRST, *OTHERS = CALLS


@pytest.fixture
def telephony(tmp_path: Path) -> Iterator[Simulator]:
    with running(tmp_path / "state", calls=[{"sid": sid} for sid in CALLS], processing_seconds=0) as one:
        yield one


@pytest.fixture
def nodes() -> Iterator[Path]:
    """Give a folder for what jobs need, which has the key, as on a node of AWX."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def sync(folder: Path, simulator: Simulator) -> dict[str, Any]:
    """Return the inventory as AWX stores it."""
    return export(folder, write(folder, connection_id=CONNECTION_ID), **variables(simulator))


def journal(folder: Path, shared: bool) -> dict[str, str]:
    return {"record_call_journal": str(folder / "slices.journal")} if shared else {}


def recorded(simulator: Simulator) -> dict[str, int]:
    """Return how many recordings each call has got."""
    return {call: count for call in CALLS if (count := len(simulator.recordings(call)))}


def summaries(*jobs: Job) -> list[str]:
    assert [job.code for job in jobs] == [0] * len(jobs), [job.output for job in jobs]
    return [
        re.sub(r"\s+", " ", found[1]) for job in jobs if (found := re.search(r'"msg": "(\d+ calls: .*)"', job.output))
    ]


@pytest.mark.parametrize("shared", [True, False])
def test_slices_at_the_same_time(telephony: Simulator, tmp_path: Path, nodes: Path, shared: bool) -> None:
    stored = sync(tmp_path, telephony)
    begun = [
        Slice(nodes / str(number), telephony, sliced(stored, number, SLICES), **journal(nodes, shared))
        for number in range(1, SLICES + 1)
    ]
    jobs = [one.ended() for one in begun]
    assert [text[:19] for text in summaries(*jobs)] == [
        "4 calls: 4 started,",
        "4 calls: 4 started,",
        "3 calls: 3 started,",
    ]
    assert recorded(telephony) == dict.fromkeys(CALLS, 1)


def slices_with_a_sync_between(
    simulator: Simulator, folder: Path, nodes: Path, shared: bool
) -> tuple[set[str], set[str]]:
    """Run the first slice, and the others after a sync. Return the calls of two slices, and those of none."""
    before = sync(folder, simulator)
    inventories = [sliced(before, 1, SLICES)]
    begun = [Slice(nodes / "1", simulator, inventories[0], **journal(nodes, shared))]
    if not shared:
        # Without a journal, only a list that already has the recording shows that there is one.
        assert begun[0].ended().code == 0
    simulator.ask("PATCH", f"calls/{FIRST}", {"status": "ended"})
    after = sync(folder, simulator)
    inventories += [sliced(after, number, SLICES) for number in (2, 3)]
    begun += [
        Slice(nodes / str(number), simulator, inventories[number - 1], **journal(nodes, shared)) for number in (2, 3)
    ]
    jobs = [one.ended() for one in (begun if shared else begun[1:])]
    assert [job.code for job in jobs] == [0] * len(jobs), [job.output for job in jobs]
    calls = [[one["call_sid"] for one in inventory["_meta"]["hostvars"].values()] for inventory in inventories]
    twice = {call for call in OTHERS if sum(call in some for some in calls) == 2}
    return twice, set(OTHERS) - {call for some in calls for call in some}


@pytest.mark.parametrize("shared", [True, False])
def test_slices_with_a_sync_between(telephony: Simulator, tmp_path: Path, nodes: Path, shared: bool) -> None:
    twice, lost = slices_with_a_sync_between(telephony, tmp_path, nodes, shared)
    # What makes the test worth it.
    assert twice
    assert lost
    assert set(OTHERS) - set(recorded(telephony)) == lost
    assert set(recorded(telephony).values()) == {1}
    # The last step of the workflow has no slices: it reports what no slice had, and records it.
    checked = unsliced(telephony, tmp_path, nodes, shared, "--check")
    assert f"{len(OTHERS)} calls: {len(lost)} would be started," in checked.result("Show the summary")["msg"]
    assert unsliced(telephony, tmp_path, nodes, shared).code == 0
    assert {**dict.fromkeys(OTHERS, 1), FIRST: 1} == {FIRST: 1, **recorded(telephony)}
    assert set(recorded(telephony).values()) == {1}


def unsliced(simulator: Simulator, folder: Path, nodes: Path, shared: bool, *options: str) -> Run:
    """Run the template without slices after another sync."""
    stored = script(folder / "awx", sync(folder, simulator))
    given = [word for name, value in journal(nodes, shared).items() for word in ("-e", f"{name}={value}")]
    return playbook(
        folder, "voiceops.telnyx.record_inventory", "-i", str(stored), *given, *options, **variables(simulator)
    )
