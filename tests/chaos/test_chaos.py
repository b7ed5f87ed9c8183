# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A small one of "make chaos", and a test of its judge."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from chaos import clients
from chaos.service import service
from chaos.verdict import FAILED, NOT_SENT, REJECTED, STARTED, UNKNOWN, judge

# Many times what the slowest machine takes for a request, of which there are not so many at a time.
SLOWLY = {"timeout": 5, "max_concurrency": 16}
DELAY = 10


@pytest.mark.long
@pytest.mark.parametrize(("seed", "options"), [(1, {}), (2, {"retry_unknown": True})])
def test_small_chaos(tmp_path: Path, seed: int, options: dict[str, Any]) -> None:
    # Amid the run, all of its requests are slow, so that it is killed there.
    with service(tmp_path, 150, seed, DELAY, slow=range(80, 80 + SLOWLY["max_concurrency"])) as one:
        report = clients.ours(tmp_path, one, **SLOWLY, **options)
        ledger = one.ledger()
    verdict = judge(one.calls, ledger, report)
    disturbed = {entry["target"].split("/")[6]: entry["misbehaviour"] for entry in ledger if entry["misbehaviour"]}
    assert (verdict.twice, verdict.lost, verdict.invented, verdict.unsaid) == (0, 0, 0, 0)
    assert verdict.recorded > 100
    assert {sid for sid, (outcome, _recording) in report.items() if outcome == UNKNOWN} <= set(disturbed)
    assert len(set(disturbed.values())) > 10


def entry(sid: str, recording: str | None) -> dict[str, Any]:
    return {"target": f"/v2/texml/Accounts/a/Calls/{sid}/Recordings.json", "recording": recording}


@pytest.mark.parametrize(
    ("recordings", "said", "wrong"),
    [
        (["r"], (STARTED, "r"), []),
        ([], (REJECTED, None), []),
        ([], (NOT_SENT, None), []),
        (["r"], (UNKNOWN, None), ["unknown"]),
        (["r", "s"], (STARTED, "r"), ["twice"]),
        (["r"], (REJECTED, None), ["lost"]),
        (["r"], (NOT_SENT, None), ["lost"]),
        (["r"], (FAILED, None), ["lost"]),
        ([], (STARTED, "r"), ["invented"]),
        (["r"], (STARTED, "s"), ["invented"]),
        (["r"], None, ["unsaid"]),
    ],
)
def test_judge(recordings: list[str], said: tuple[str, str | None] | None, wrong: list[str]) -> None:
    ledger = [entry("v3:a", one) for one in (*recordings, None)]
    verdict = judge(["v3:a"], ledger, {"v3:a": said} if said else {})
    counts = {name: getattr(verdict, name) for name in ("twice", "lost", "invented", "unknown", "unsaid")}
    assert [name for name, count in counts.items() if count] == wrong
    assert verdict.recorded == bool(recordings)
