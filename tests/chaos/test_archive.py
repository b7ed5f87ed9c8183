# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A small one of "make chaos PART=archive", and a test of its judge."""

from __future__ import annotations

import datetime
import hashlib
from pathlib import Path
from typing import Any

import pytest

from chaos import archiving
from chaos.archived import Account, Copy, Verdict, judge

AUDIO = b"audio"


@pytest.mark.long
def test_small_chaos_of_an_archive(tmp_path: Path) -> None:
    # A request that takes longer than the timeout, as on a slow machine, is one more that went wrong.
    with archiving.service(tmp_path, 24, seed=1) as one:
        done = archiving.ours(tmp_path, one, seed=1, kills=2)
    assert done.verdict == Verdict(24, 24, 0, 0, 0, 0, 0)
    assert (done.killed, done.problems) == (2, 0)
    assert done.runs > done.killed


def at(seconds: float) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).isoformat()


def deletion(seconds: float, status: int | None = 204, misbehaviour: str | None = None) -> dict[str, Any]:
    target = "/v2/texml/Accounts/a/Recordings/s.json"
    return {"method": "DELETE", "target": target, "time": at(seconds), "status": status, "misbehaviour": misbehaviour}


def fetch(seconds: float) -> dict[str, Any]:
    return {"recording": "s", "time": at(seconds)}


GOOD: dict[str, Any] = {
    "audio": AUDIO,
    "verified": {"s": 3.0},
    "deleted": {"s"},
    "ledger": [deletion(4)],
    "media": [fetch(1)],
    "left": set(),
}


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({}, []),
        ({"audio": None}, ["lost"]),
        ({"audio": b"audi"}, ["lost"]),
        ({"audio": None, "left": {"s"}, "deleted": set()}, []),
        ({"verified": {}}, ["unverified"]),
        ({"verified": {"s": 5.0}}, ["unverified"]),
        ({"verified": {}, "ledger": []}, ["unverified"]),
        ({"media": [fetch(1), fetch(1.5)]}, []),
        ({"media": [fetch(1), fetch(3)]}, ["fetched_twice"]),
        ({"ledger": [deletion(4), deletion(5, 404)]}, ["deleted_twice"]),
        ({"ledger": [deletion(4, None, "drop_after"), deletion(5, 404)]}, []),
        ({"ledger": [deletion(4, 500, "error_before"), deletion(5)]}, []),
        ({"left": {"s"}}, ["invented"]),
    ],
)
def test_judge_of_archives(tmp_path: Path, change: dict[str, Any], wrong: list[str]) -> None:
    given = {**GOOD, **change}
    path = tmp_path / "s.wav"
    if given["audio"] is not None:
        path.write_bytes(given["audio"])
    account = Account({"s": Copy(path, 2.0)}, given["verified"], given["deleted"])
    whole = {"s": hashlib.sha256(AUDIO).hexdigest()}
    verdict = judge(whole, account, given["ledger"], given["media"], given["left"])
    assert [name for name in Verdict._fields[2:] if getattr(verdict, name)] == wrong
    assert verdict.deleted == (not given["left"])
