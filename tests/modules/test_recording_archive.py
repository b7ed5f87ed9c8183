# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Recordings that are kept: against the simulator, most of them in the process of the test, which is what a task runs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.voiceops.telnyx.plugins.module_utils._modules.recording_archive import BEHAVIOUR
from ansible_collections.voiceops.telnyx.plugins.module_utils._task.task import CannotRun, Task, execute, prepare
from support.entry_points import RunTask, every_entry_point
from support.simulator import Simulator, running

MODULE = "voiceops.telnyx.recording_archive"
DAY = 86400


@pytest.fixture(scope="module")
def telephony(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """A simulator whose recordings are those of this file."""
    with running(tmp_path_factory.mktemp("archive") / "state", processing_seconds=0) as one:
        yield one


@pytest.fixture(autouse=True)
def _behave(telephony: Simulator) -> Any:
    yield
    telephony.ask("PUT", "misbehaviour", {})


@pytest.fixture
def dest(tmp_path: Path) -> Path:
    return tmp_path / "archive"


def recorded(simulator: Simulator, count: int = 1, days: float = 0) -> list[str]:
    """Return recordings of a call of their own, completed that many days ago."""
    simulator.ask("PUT", "misbehaviour", {"clock_offset": -days * DAY})
    sids = simulator.completed(count)
    simulator.ask("PUT", "misbehaviour", {})
    return sids


def archive(simulator: Simulator, dest: Path, sid: str | None = None, check: bool = False, **options: Any) -> dict[str, Any]:
    """Run a task, and return its result."""
    lines: list[str] = []
    selection = {} if sid is None else {"recording_sid": sid}
    params, _warnings = prepare(BEHAVIOUR, {**simulator.connection, "dest": str(dest), **selection, **options}, {})
    result = execute(BEHAVIOUR, params, Task(check_mode=check, diff=True, progress=lines.append))
    return {**result, "lines": lines}


def faults(dest: Path, **options: Any) -> list[str]:
    """Return what is wrong with the options of a task."""
    given = {"api_key": "KEY0123456789", "account_sid": "a", "dest": str(dest), **options}
    with pytest.raises(CannotRun) as raised:
        prepare(BEHAVIOUR, given, {})
    return [one["message"] for one in raised.value.result["argument_errors"]]


def log_of(dest: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (dest / "archive.jsonl").read_text().splitlines()]


def names(dest: Path) -> list[str]:
    """Return the files of recordings."""
    own = ("archive.jsonl", "index.html", "recordings.js", ".lock")
    return sorted(str(path.relative_to(dest)) for path in dest.rglob("*") if path.is_file() and path.name not in own)


def fetched(simulator: Simulator, sid: str) -> int:
    """Return how often the audio of a recording was fetched."""
    return sum(sid in one["target"] for one in simulator.ask("GET", "media")["requests"])


def exists(simulator: Simulator, sid: str) -> bool:
    return any(one["sid"] == sid for one in listed(simulator))


def listed(simulator: Simulator) -> list[dict[str, Any]]:
    from ansible_collections.voiceops.telnyx.plugins.module_utils._modules import recording_info

    params, _warnings = prepare(recording_info.BEHAVIOUR, simulator.connection, {})
    return list(execute(recording_info.BEHAVIOUR, params, Task())["recordings"])


@every_entry_point
def test_recording_is_archived_once(run_task: RunTask, simulator: Simulator, dest: Path) -> None:
    (sid,) = simulator.completed()
    options = {**simulator.connection, "recording_sid": sid, "dest": str(dest), "transcriptions": True}
    checked = run_task(options, check=True, diff=True, module=MODULE)
    assert (checked["changed"], checked["summary"]["archived"]) == (True, 1)
    assert not dest.exists()
    assert fetched(simulator, sid) == 0

    first = run_task(options, diff=True, module=MODULE)
    assert (first["changed"], first["summary"]["archived"]) == (True, 1), first
    assert checked["diff"]["after"] in first["diff"]["after"]
    audio = Path(first["outcomes"][0]["file"])
    sidecar = json.loads(audio.with_suffix(".json").read_text())
    assert sidecar["audio"]["sha256"] == hashlib.sha256(audio.read_bytes()).hexdigest()
    assert sidecar["recording_sid"] == sid
    assert "signature=" not in audio.with_suffix(".json").read_text()
    assert audio.with_suffix(".txt").read_text()
    before = {name: (dest / name).read_bytes() for name in names(dest)}
    assert len(before) == 3
    assert (dest / "index.html").exists()

    second = run_task(options, module=MODULE)
    assert (second["changed"], second["summary"]["unchanged"], second["outcomes"]) == (False, 1, [])
    assert fetched(simulator, sid) == 1
    assert {name: (dest / name).read_bytes() for name in names(dest)} == before
    for options["state"] in ("verified",):
        del options["recording_sid"]
        assert run_task(options, module=MODULE)["problems"] == []


def test_whole_account_is_archived(telephony: Simulator, dest: Path) -> None:
    sids = recorded(telephony, 3)
    result = archive(telephony, dest)
    assert result["summary"]["failed"] == 0, result
    assert {one["recording_sid"] for one in result["outcomes"]} >= set(sids)
    assert archive(telephony, dest)["changed"] is False


def test_verified_recording_is_deleted(telephony: Simulator, dest: Path) -> None:
    (sid,) = recorded(telephony, days=8)
    (new,) = recorded(telephony, days=6)
    for one in (sid, new):
        archive(telephony, dest, one)
    planned = archive(telephony, dest, sid, check=True, delete="verified")
    assert [step["action"] for step in planned["plan"]] == ["delete"]
    assert any(line.startswith("would delete ") for line in planned["lines"])
    assert exists(telephony, sid)
    done = archive(telephony, dest, sid, delete="verified")
    assert (done["summary"]["deleted"], done["outcomes"][0]["outcome"]) == (1, "deleted")
    assert not exists(telephony, sid)
    left = archive(telephony, dest, new, delete="verified")
    assert (left["changed"], left["outcomes"][0]["not_deleted"]) == (False, "too new")
    assert exists(telephony, new)
    actions = [one["action"] for one in log_of(dest) if one.get("recording_sid") == sid]
    assert actions == ["archived", "verified", "deleting", "deleted"]


@pytest.mark.parametrize("suffix", [".wav", ".json"])
def test_flipped_bit_is_not_deleted(telephony: Simulator, dest: Path, suffix: str) -> None:
    (sid,) = recorded(telephony)
    path = Path(archive(telephony, dest, sid)["outcomes"][0]["file"]).with_suffix(suffix)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    result = archive(telephony, dest, sid, delete="verified", delete_after=0)
    assert result["failed"]
    assert "was altered" in result["msg"]
    assert exists(telephony, sid)
    assert not telephony.requests(sid, "DELETE")
    problems = archive(telephony, dest, state="verified")
    assert problems["failed"]
    assert [(one["problem"], one["recording_sid"]) for one in problems["problems"]] == [("altered", sid)]
