# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Recordings that are kept: against the simulator, most of them in the process of the test, which is what a task runs."""

from __future__ import annotations

import contextlib
import datetime
import errno
import hashlib
import json
import os
import re
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import requests
import yaml
from ansible_collections.voiceops.telnyx.plugins.module_utils._archive import dates, keeper, pages, report
from ansible_collections.voiceops.telnyx.plugins.module_utils._archive.deletion import Deletion
from ansible_collections.voiceops.telnyx.plugins.module_utils._archive.files import Access, Files
from ansible_collections.voiceops.telnyx.plugins.module_utils._archive.keeper import Keeper
from ansible_collections.voiceops.telnyx.plugins.module_utils._archive.log import Log
from ansible_collections.voiceops.telnyx.plugins.module_utils._archive.meter import Meter
from ansible_collections.voiceops.telnyx.plugins.module_utils._base import parallel
from ansible_collections.voiceops.telnyx.plugins.module_utils._base.dates import rfc_3339
from ansible_collections.voiceops.telnyx.plugins.module_utils._base.errors import Failure, RequestFailed
from ansible_collections.voiceops.telnyx.plugins.module_utils._client.calls import Calls
from ansible_collections.voiceops.telnyx.plugins.module_utils._client.client import Client
from ansible_collections.voiceops.telnyx.plugins.module_utils._client.recordings import Recordings
from ansible_collections.voiceops.telnyx.plugins.module_utils._client.transcriptions import Transcriptions
from ansible_collections.voiceops.telnyx.plugins.module_utils._modules.recording_archive import BEHAVIOUR
from ansible_collections.voiceops.telnyx.plugins.module_utils._task.task import CannotRun, Task, execute, prepare
from ansible_collections.voiceops.telnyx.plugins.modules import recording_archive
from support import runs
from support.clock import PATIENCE
from support.entry_points import RunTask
from support.simulator import Simulator, running

MODULE = "voiceops.telnyx.recording_archive"
DAY = 86400
SID = "6a09cdc3-8948-47f0-aa62-74ac943d6c58"


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


def archive(
    simulator: Simulator, dest: Path, sid: str | None = None, check: bool = False, **options: Any
) -> dict[str, Any]:
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


def delete(simulator: Simulator, sid: str) -> None:
    url = f"{simulator.base_url}/texml/Accounts/{runs.ACCOUNT}/Recordings/{sid}.json"
    requests.delete(url, headers={"Authorization": f"Bearer {runs.KEY}"}, timeout=60).raise_for_status()


def deletions(simulator: Simulator, sid: str) -> int:
    """Return how many requests there were to delete a recording."""
    return sum(one["method"] == "DELETE" and sid in one["target"] for one in simulator.ledger())


def reports(monkeypatch: pytest.MonkeyPatch, **values: Any) -> None:
    """Have the API report a recording with other values."""
    get = Recordings.get
    monkeypatch.setattr(Recordings, "get", lambda self, sid: {**get(self, sid), **values})


def exists(simulator: Simulator, sid: str) -> bool:
    return any(one["sid"] == sid for one in listed(simulator))


def listed(simulator: Simulator) -> list[dict[str, Any]]:
    from ansible_collections.voiceops.telnyx.plugins.module_utils._modules import recording_info

    params, _warnings = prepare(recording_info.BEHAVIOUR, simulator.connection, {})
    return list(execute(recording_info.BEHAVIOUR, params, Task())["recordings"])


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


def test_progress_is_shown(telephony: Simulator, dest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The counts are those of the task: its list, what is done of it, and the bytes that have come."""
    sids = recorded(telephony, 2)
    call = next(one["call_sid"] for one in listed(telephony) if one["sid"] == sids[0])
    monkeypatch.setattr(parallel, "TICK", 0.05)
    ticked = threading.Event()
    tick, archived, begun = Meter.tick, Keeper.archive, []

    def ticking(self: Meter, done: Sequence[Any], seconds: float) -> None:
        tick(self, done, seconds)
        if len(done) == 1 and self.listed == 2:
            ticked.set()

    def slow(self: Keeper, recording: dict[str, Any]) -> Any:
        begun.append(recording)
        assert len(begun) == 1 or ticked.wait(PATIENCE)
        return archived(self, recording)

    monkeypatch.setattr(Meter, "tick", ticking)
    monkeypatch.setattr(Keeper, "archive", slow)
    lines = archive(telephony, dest, call_sid=call, max_concurrency=1)["lines"]
    size = next(dest.rglob("*.wav")).stat().st_size / 1_000_000
    pattern = rf"1 done, 1 left, {size:.1f} MB, \d+\.\d MB/s, \d+ seconds to go"
    assert any(re.fullmatch(pattern, line) for line in lines), lines


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
    assert [deletions(telephony, one) for one in (sid, new)] == [1, 0]


@pytest.mark.parametrize(
    ("reported", "shown"), [("0", ""), ("1", ""), ("2", ""), ("3", "3 seconds"), (None, "unknown"), ("?", "unknown")]
)
def test_duration_decides_what_is_deleted(
    telephony: Simulator, dest: Path, monkeypatch: pytest.MonkeyPatch, reported: str | None, shown: str
) -> None:
    (sid,) = recorded(telephony)
    with monkeypatch.context() as patch:
        reports(patch, duration=reported)
        archived = archive(telephony, dest, sid)
        planned = archive(telephony, dest, sid, check=True, delete="verified", delete_after=0)
        result = archive(telephony, dest, sid, delete="verified", delete_after=0)
    path = Path(archived["outcomes"][0]["file"])
    assert json.loads(path.with_suffix(".json").read_text())["duration"]["measured"] == 1
    assert (archived["summary"]["archived"], exists(telephony, sid)) == (1, bool(shown))
    if not shown:
        assert (result["summary"]["deleted"], archived.get("warnings")) == (1, None)
        return
    assert archived["warnings"] == [
        "1 recordings are not as long as the API reports, to within a second, and are not deleted: " + sid + "."
    ]
    for one in (planned, result):
        assert f"The duration is 1.0 seconds as measured, and {shown} as the API reports it" in one["msg"]
        assert (one["summary"]["failed"], one["summary"]["deleted"]) == (1, 0)
    assert deletions(telephony, sid) == 0
    assert archive(telephony, dest, state="verified")["problems"] == []


def test_audio_that_cannot_be_measured_is_not_deleted(
    telephony: Simulator, dest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (sid,) = recorded(telephony)
    monkeypatch.setattr(keeper, "seconds_of", lambda _file: None)
    result = archive(telephony, dest, sid, delete="verified", delete_after=0)
    assert "The duration is unknown as measured, and 1 seconds as the API reports it" in result["msg"]
    assert exists(telephony, sid)
    assert deletions(telephony, sid) == 0


@pytest.mark.parametrize("status", ["processing", "stopped", "deleted", None])
def test_only_a_completed_recording_is_deleted(
    telephony: Simulator, dest: Path, monkeypatch: pytest.MonkeyPatch, status: str | None
) -> None:
    (sid,) = recorded(telephony)
    archive(telephony, dest, sid)
    # All else is as it was archived.
    reports(monkeypatch, status=status)
    result = archive(telephony, dest, sid, delete="verified", delete_after=0)
    assert f"The recording is {status}, and has no audio" in result["msg"]
    assert exists(telephony, sid)
    assert deletions(telephony, sid) == 0
    assert [one["action"] for one in log_of(dest)] == ["archived"]


def test_deletion_without_an_effect(telephony: Simulator, dest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (sid,) = recorded(telephony)
    options: dict[str, Any] = {"delete": "verified", "delete_after": 0}
    with monkeypatch.context() as patch:
        # The API takes the request, and does nothing.
        patch.setattr(Client, "repeat", lambda _self, _request: iter([None]))
        result = archive(telephony, dest, sid, **options)
    assert "The API took the deletion, and still has the recording." in result["msg"]
    assert (result["summary"]["failed"], result["summary"]["deleted"]) == (1, 0)
    assert exists(telephony, sid)
    assert [one["action"] for one in log_of(dest)] == ["archived", "verified", "deleting"]
    assert archive(telephony, dest, sid, **options)["summary"]["deleted"] == 1
    assert log_of(dest)[-1]["action"] == "deleted"


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
    assert deletions(telephony, sid) == 0
    problems = archive(telephony, dest, state="verified")
    assert problems["failed"]
    assert [(one["problem"], one["recording_sid"]) for one in problems["problems"]] == [("altered", sid)]


def test_hold_beats_every_deletion(telephony: Simulator, dest: Path, tmp_path: Path) -> None:
    (sid,) = recorded(telephony, days=40)
    (other,) = recorded(telephony, days=40)
    holds = tmp_path / "holds"
    holds.write_text(f"# a case\n{sid} # until 2027\n")
    for one in (sid, other):
        options: dict[str, Any] = {"delete": "verified", "keep": 30, "hold": [str(holds), other]}
        result = archive(telephony, dest, one, **options)
        assert (result["outcomes"][0]["not_deleted"], result["summary"]["held"]) == ("held", 1)
    assert exists(telephony, sid)
    assert exists(telephony, other)
    assert len(names(dest)) == 4


def test_hold_of_a_call(telephony: Simulator, dest: Path) -> None:
    (sid,) = recorded(telephony)
    call = next(one["call_sid"] for one in listed(telephony) if one["sid"] == sid)
    result = archive(telephony, dest, sid, delete="verified", delete_after=0, hold=[call])
    assert result["outcomes"][0]["not_deleted"] == "held"


def test_hold_file_that_cannot_be_read(telephony: Simulator, dest: Path, tmp_path: Path) -> None:
    (sid,) = recorded(telephony)
    result = archive(telephony, dest, sid, delete="verified", delete_after=0, hold=[str(tmp_path / "none")])
    assert result["failed"]
    assert "hold file" in result["msg"]
    assert exists(telephony, sid)
    assert names(dest) == []


def test_hold_that_comes_between_plan_and_deletion(
    telephony: Simulator, dest: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (sid,) = recorded(telephony)
    holds = tmp_path / "holds"
    holds.write_text("")
    verify = Deletion.verify

    def slow_verify(self: Deletion, *args: Any) -> None:
        verify(self, *args)
        holds.write_text(sid)

    monkeypatch.setattr(Deletion, "verify", slow_verify)
    result = archive(telephony, dest, sid, delete="verified", delete_after=0, hold=[str(holds)])
    assert result["outcomes"][0]["not_deleted"] == "held"
    assert exists(telephony, sid)


def test_keep_at_its_boundary(telephony: Simulator, dest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (sid,) = recorded(telephony)
    archive(telephony, dest, sid)
    began = rfc_3339(log_of(dest)[0]["started"])
    assert began
    for seconds, left in ((29 * DAY, 2), (30 * DAY - 0.001, 2), (30 * DAY, 0)):
        monkeypatch.setattr(dates.time, "time", lambda seconds=seconds: began[0] + seconds)
        planned = archive(telephony, dest, sid, check=True, keep=30)
        assert len(planned["plan"]) == (left == 0)
        result = archive(telephony, dest, sid, keep=30)
        assert (len(names(dest)), result["summary"]["removed"]) == (left, int(left == 0))
    # What was removed is neither fetched again, nor missing, nor can it be verified.
    again = archive(telephony, dest, sid)
    assert (again["changed"], fetched(telephony, sid)) == (False, 1)
    assert archive(telephony, dest, state="verified")["problems"] == []
    assert "were removed" in archive(telephony, dest, sid, delete="verified")["msg"]
    assert exists(telephony, sid)


def test_what_the_api_still_has_is_kept(telephony: Simulator, dest: Path) -> None:
    (sid,) = recorded(telephony, days=40)
    path = Path(archive(telephony, dest, sid)["outcomes"][0]["file"])
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    result = archive(telephony, dest, sid, delete="verified", keep=30)
    assert result["failed"]
    assert result["summary"]["removed"] == 0
    assert path.exists()
    assert exists(telephony, sid)


def test_recording_without_numbers(telephony: Simulator, dest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (sid,) = recorded(telephony)

    def forgotten(self: Calls, call_sid: str) -> Any:
        raise RequestFailed(Failure("The API answered 404.", 404), certain=True)

    monkeypatch.setattr(Calls, "get", forgotten)
    result = archive(telephony, dest, sid)
    assert "30 days" in result["warnings"][0]
    assert json.loads(Path(result["outcomes"][0]["file"]).with_suffix(".json").read_text())["call"] is None


def test_sidecar_that_disagrees_is_never_overwritten(telephony: Simulator, dest: Path) -> None:
    (sid,) = recorded(telephony)
    path = Path(archive(telephony, dest, sid)["outcomes"][0]["file"])
    sidecar = path.with_suffix(".json")
    changed = {**json.loads(sidecar.read_text()), "call_sid": "v3:other"}
    (dest / "archive.jsonl").unlink()
    sidecar.write_text(json.dumps(changed))
    for _run in range(2):
        result = archive(telephony, dest, sid)
        assert "(call_sid). Nothing was overwritten" in result["msg"]
        assert json.loads(sidecar.read_text()) == changed
    sidecar.write_text("{}")
    assert "is not a sidecar" in archive(telephony, dest, sid)["msg"]
    sidecar.unlink()
    path.write_bytes(b"RIFF....WAVE")
    assert "has other audio" in archive(telephony, dest, sid)["msg"]
    assert path.read_bytes() == b"RIFF....WAVE"


def test_recording_that_is_deleted_meanwhile(telephony: Simulator, dest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sids = recorded(telephony, 2)
    completed = Keeper.completed

    def deleted_first(self: Keeper, recording: dict[str, Any]) -> Any:
        if recording["sid"] == sids[0]:
            delete(telephony, sids[0])
        return completed(self, recording)

    monkeypatch.setattr(Keeper, "completed", deleted_first)
    call = next(one["call_sid"] for one in listed(telephony) if one["sid"] == sids[0])
    result = archive(telephony, dest, call_sid=call, max_concurrency=1)
    assert not result.get("failed"), result
    assert (result["summary"]["gone"], result["summary"]["archived"]) == (1, 1)


def test_recordings_without_audio(telephony: Simulator, dest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    call = telephony.fresh()
    telephony.ask("POST", "recordings", {"call_sid": call})
    result = archive(telephony, dest, call_sid=call, page=False, delete="verified", delete_after=0)
    assert (result["changed"], result["outcomes"][0]["outcome"]) == (False, "pending")
    assert (result["summary"]["pending"], result["summary"]["absent"]) == (1, 0)
    waited = archive(telephony, dest, call_sid=call, wait=True, wait_timeout=1)
    assert "is still in-progress after 1 seconds" in waited["msg"]
    (sid,) = (one["sid"] for one in listed(telephony) if one["call_sid"] == call)
    telephony.ask("PATCH", f"recordings/{sid}", {"status": "absent"})
    for values in ({}, {"status": "absent"}, {"status": "deleted"}):
        reports(monkeypatch, **values)
        result = archive(telephony, dest, sid, page=False, wait=True, delete="verified", delete_after=0)
        assert (result["changed"], result["outcomes"][0]["outcome"], result.get("failed")) == (False, "absent", None)
        assert (result["summary"]["pending"], result["summary"]["absent"]) == (0, 1)
    # Without a link for no reason, it may have audio.
    reports(monkeypatch, status="completed", error_code=None)
    assert "has no audio" in archive(telephony, dest, sid, page=False)["msg"]
    assert names(dest) == []
    assert exists(telephony, sid)


@pytest.mark.parametrize("status", ["completed", "absent"])
def test_recording_that_is_waited_for(
    telephony: Simulator, dest: Path, monkeypatch: pytest.MonkeyPatch, status: str
) -> None:
    sid = telephony.ask("POST", "recordings", {"call_sid": telephony.fresh()})["sid"]
    pauses = []

    def pause(_seconds: float) -> None:
        pauses.append(_seconds)
        assert len(pauses) <= 3, "it is not looked at again"
        if len(pauses) == 3:
            telephony.ask("PATCH", f"recordings/{sid}", {"status": status})

    monkeypatch.setattr(keeper.time, "sleep", pause)
    assert archive(telephony, dest, sid, check=True, wait=True)["outcomes"][0]["outcome"] == "pending"
    assert pauses == []
    result = archive(telephony, dest, sid, wait=True)
    assert not result.get("failed"), result
    assert len(pauses) == 3
    assert result["outcomes"][0]["outcome"] == ("archived" if status == "completed" else "absent")
    assert len(names(dest)) == (2 if status == "completed" else 0)


def test_missing_audio_is_restored(telephony: Simulator, dest: Path) -> None:
    (sid,) = recorded(telephony)
    path = Path(archive(telephony, dest, sid)["outcomes"][0]["file"])
    audio = path.read_bytes()
    path.unlink()
    problems = archive(telephony, dest, state="verified")
    assert [one["problem"] for one in problems["problems"]] == ["missing"]
    assert '"missing"' in (dest / "recordings.js").read_text()
    assert archive(telephony, dest, sid)["summary"]["archived"] == 1
    assert path.read_bytes() == audio
    path.with_suffix(".json").unlink()
    assert "is missing" in archive(telephony, dest, sid)["msg"]


def test_examination(telephony: Simulator, dest: Path) -> None:
    sids = recorded(telephony, 3)
    paths = [Path(archive(telephony, dest, sid)["outcomes"][0]["file"]) for sid in sids]
    paths[0].unlink()
    paths[1].write_bytes(paths[1].read_bytes()[:-1])
    (dest / "2026").mkdir(exist_ok=True)
    (dest / "2026" / "other.wav").write_bytes(b"")
    found = archive(telephony, dest, state="verified")
    assert found["failed"]
    expected = {(str(paths[0]), "missing"), (str(paths[1]), "altered"), (str(dest / "2026" / "other.wav"), "extra")}
    assert {(str(dest / one["file"]), one["problem"]) for one in found["problems"]} == expected
    counts = {name: found["summary"][name] for name in ("examined", "missing", "altered", "extra")}
    assert counts == {"examined": 6, "missing": 1, "altered": 1, "extra": 1}
    assert "3 of 7 files" in found["msg"]


@pytest.mark.parametrize("change", ["flip", "remove", "swap", "insert"])
def test_log_that_was_altered(telephony: Simulator, dest: Path, change: str) -> None:
    for sid in recorded(telephony, 3):
        archive(telephony, dest, sid)
    path = dest / "archive.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    if change == "flip":
        lines[0] = lines[0].replace(b"0", b"1", 1)
    elif change == "remove":
        del lines[1]
    elif change == "swap":
        lines[0], lines[1] = lines[1], lines[0]
    else:
        lines.insert(1, lines[0])
    path.write_bytes(b"".join(lines))
    for state in ("present", "verified"):
        result = archive(telephony, dest, state=state)
        assert "was altered: line" in result["msg"]
    assert path.read_bytes() == b"".join(lines)


def test_log_that_was_cut_off_goes_on(telephony: Simulator, dest: Path) -> None:
    first, second = recorded(telephony, 2)
    archive(telephony, dest, first)
    archive(telephony, dest, second)
    path = dest / "archive.jsonl"
    path.write_bytes(path.read_bytes()[:-7])
    result = archive(telephony, dest, second)
    assert result["summary"]["archived"] == 1
    assert fetched(telephony, second) == 1
    assert [one["recording_sid"] for one in log_of(dest)] == [first, second]


def test_deletion_that_cannot_be_settled_stops_no_other(
    telephony: Simulator, dest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two runs were killed after their deletions; of one recording the API does not answer whether it still has it."""
    sids = recorded(telephony, 3)
    options: dict[str, Any] = {"delete": "verified", "delete_after": 0}
    with monkeypatch.context() as patched:
        append = Log.append
        patched.setattr(
            Log, "append", lambda self, *some, **how: some[0]["action"] == "deleted" or append(self, *some, **how)
        )
        for sid in sids[:2]:
            archive(telephony, dest, sid, **options)
    telephony.ask("PUT", "misbehaviour", {"calls": {sids[0]: ["error_before"]}})
    call = next(one["call_sid"] for one in listed(telephony) if one["sid"] == sids[2])
    result = archive(telephony, dest, call_sid=call, **options)
    outcomes = {one["recording_sid"]: one["outcome"] for one in result["outcomes"]}
    assert outcomes == {sids[0]: "failed", sids[2]: "deleted"}
    assert (result["failed"], result["summary"]["failed"]) == (True, 1)
    assert [one["recording_sid"] for one in log_of(dest) if one["action"] == "deleted"] == [sids[1], sids[2]]
    assert not archive(telephony, dest, call_sid=call, **options).get("failed")
    assert {one["recording_sid"] for one in log_of(dest) if one["action"] == "deleted"} == set(sids)


@pytest.mark.long
def test_second_run_only_lists(dest: Path) -> None:
    """10,000 recordings of which none is new: a request for each page of the list, and no audio."""
    command = [sys.executable, str(runs.ROOT / "bench" / "media.py"), "10000", "1000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        address = f"http://127.0.0.1:{int(server.stdout.readline())}"
        given = {"api_key": runs.KEY, "account_sid": "a", "base_url": f"{address}/v2", "dest": str(dest)}
        params, _warnings = prepare(BEHAVIOUR, given, {})
        first = execute(BEHAVIOUR, params, Task())["summary"]
        before = requests.get(f"{address}/requests", timeout=60).json()
        second = execute(BEHAVIOUR, params, Task())["summary"]
        after = requests.get(f"{address}/requests", timeout=60).json()
        server.kill()
    assert (first["archived"], before["audio"]) == (10_000, 10_000)
    assert (second["unchanged"], second["failed"]) == (10_000, 0)
    assert after == {"api": 10}


def test_month_is_sealed(telephony: Simulator, dest: Path) -> None:
    now = datetime.datetime.now(datetime.timezone.utc)
    month = (now.replace(day=1) - datetime.timedelta(days=1)).strftime("%Y-%m")
    (sid,) = recorded(telephony, days=now.day + 1)
    (new,) = recorded(telephony)
    for one in (sid, new):
        archive(telephony, dest, one, transcriptions=True)
    assert archive(telephony, dest, state="sealed", month=month, check=True)["changed"]
    assert not (dest / "sealed").exists()
    done = archive(telephony, dest, state="sealed", month=month)
    bag = Path(done["bag"])
    subprocess.run(
        ["sha256sum", "--check", "--strict", "manifest-sha256.txt"], cwd=bag, check=True, capture_output=True
    )
    subprocess.run([sys.executable, "-m", "bagit", "--validate", str(bag)], check=True, capture_output=True)
    assert sum(1 for path in bag.rglob(f"{sid}*")) == 3
    assert archive(telephony, dest, state="sealed", month=month)["changed"] is False
    assert archive(telephony, dest, state="verified")["problems"] == []
    (late,) = recorded(telephony, days=now.day + 1)
    archive(telephony, dest, late)
    assert "after the month was sealed" in archive(telephony, dest, state="sealed", month=month)["msg"]
    # The bag has the same files, so it goes with the last of them.
    assert archive(telephony, dest, new, keep=1, hold=[late])["summary"]["removed"] == 1
    assert bag.exists()
    assert archive(telephony, dest, new, keep=1)["summary"]["removed"] == 1
    assert not bag.exists()
    assert archive(telephony, dest, state="verified")["problems"] == []
    assert "no recordings of 2001-01" in archive(telephony, dest, state="sealed", month="2001-01")["msg"]


def test_uploads_decide_what_is_deleted(telephony: Simulator, dest: Path) -> None:
    (sid,) = recorded(telephony)
    options: dict[str, Any] = {"delete": "verified", "delete_after": 0}
    first = archive(telephony, dest, sid, uploads=[], **options)
    assert first["outcomes"][0]["not_deleted"] == "not uploaded"
    files = [{name: one[name] for name in ("file", "bytes", "sha256")} for one in first["to_upload"]]
    assert len(files) == 2
    wrong = archive(telephony, dest, sid, uploads=[files[0], {**files[1], "bytes": 1}], **options)
    assert "was uploaded with 1 bytes" in wrong["msg"]
    half = archive(telephony, dest, sid, uploads=files[:1], **options)
    assert (half["changed"], len(half["to_upload"])) == (True, 1)
    assert exists(telephony, sid)
    done = archive(telephony, dest, sid, uploads=files[1:], **options)
    assert (done["summary"]["deleted"], done["to_upload"]) == (1, [])


def test_files_to_upload_are_bounded_and_counted(
    telephony: Simulator, dest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "MOST", 1)
    (sid,) = recorded(telephony)
    names = []
    left = archive(telephony, dest, sid, uploads=[])
    for more in (2, 1):
        assert left["summary"]["to_upload"] == more
        (file,) = left["to_upload"]
        names.append(file["file"])
        left = archive(telephony, dest, sid, uploads=[{name: file[name] for name in ("file", "bytes", "sha256")}])
    assert (left["summary"]["to_upload"], left["to_upload"]) == (0, [])
    assert sorted(Path(name).suffix for name in names) == [".json", ".wav"]


def test_file_of_a_recording_that_failed_is_not_to_be_uploaded(telephony: Simulator, dest: Path) -> None:
    (sid,) = recorded(telephony)
    archive(telephony, dest, sid)
    (sidecar,) = dest.rglob(f"{sid}.json")
    sidecar.write_text("{}", encoding="utf-8")
    result = archive(telephony, dest, sid, uploads=[])
    assert (result["summary"]["failed"], result["summary"]["to_upload"], result["to_upload"]) == (1, 0, [])


def test_what_was_not_uploaded_is_not_removed(telephony: Simulator, dest: Path) -> None:
    (sid,) = recorded(telephony, days=40)
    files = archive(telephony, dest, sid, uploads=[])["to_upload"]
    for done in ([], files[:1]):
        assert archive(telephony, dest, sid, uploads=done, keep=30, check=True)["plan"] == []
        kept = archive(telephony, dest, sid, uploads=done, keep=30)
        assert (kept["summary"]["removed"], len(names(dest))) == (0, 2)
    removed = archive(telephony, dest, sid, uploads=files[1:], keep=30)
    assert (removed["summary"]["removed"], names(dest)) == (1, [])


def test_what_is_returned_is_documented(telephony: Simulator, dest: Path) -> None:
    documented = yaml.safe_load(recording_archive.RETURN)
    (sid,) = recorded(telephony, days=1)
    results = [archive(telephony, dest, sid, check=check, uploads=[], delete="verified") for check in (True, False)]
    next(dest.rglob(f"{sid}.wav")).unlink()
    results += [archive(telephony, dest, state="verified"), archive(telephony, dest, SID)]
    found: set[str] = set()
    for result in results:
        for name in set(result) - {"changed", "failed", "diff", "lines"}:
            found.add(name)
            entries = result[name] if isinstance(result[name], list) else [result[name]]
            for entry in entries:
                if isinstance(entry, dict) and "contains" in documented[name]:
                    assert set(entry) <= set(documented[name]["contains"]), name
    assert found == set(documented) - {"argument_errors", "bag", "month"}


def test_options_that_cannot_be(tmp_path: Path) -> None:
    for layout in (
        "{sid}/../x",
        "/{sid}",
        "{date}",
        "{sid!r}",
        "{nothing}{sid}",
        "{sid",
        "a//{sid}",
        "{date:%c}/{sid}",
        "~/{sid}",
    ):
        assert faults(tmp_path, layout=layout)[0].startswith("layout is"), layout
    assert (
        "details is False; it must be true where layout has {from}"
        in faults(tmp_path, layout="{from}/{sid}", details=False)[0]
    )
    assert "hold[1] is 'holds.txt'" in faults(tmp_path, hold=["v3:call", "holds.txt"])[0]
    assert "keep is 7; it must be more than delete_after (7)" in faults(tmp_path, keep=7, delete="verified")[0]
    assert faults(tmp_path, state="sealed") == [
        "month is missing; it must be given where state is sealed, such as 2026-10"
    ]
    this_month = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m")
    assert "that is over" in faults(tmp_path, state="sealed", month=this_month)[0]
    assert "left out" in faults(tmp_path, month="2026-01")[0]
    assert "left out" in faults(tmp_path, state="verified", recording_sid=SID)[0]
    assert "api_key is missing" in faults(tmp_path, api_key=None)[0]
    assert "mode is 'u=rw'; it must be an octal mode" in faults(tmp_path, mode="u=rw")[0]
    assert "left out where recording_sid is given" in faults(tmp_path, recording_sid=SID, call_sid="v3:b")[0]


def test_modes_and_owner(telephony: Simulator, dest: Path) -> None:
    (sid,) = recorded(telephony)
    result = archive(telephony, dest, sid, mode=0o640, directory_mode="0750", owner=str(os.getuid()))
    path = Path(result["outcomes"][0]["file"])
    for one in (path, path.with_suffix(".json"), dest / "archive.jsonl", dest / "index.html"):
        assert stat.S_IMODE(one.stat().st_mode) == 0o640, one
    for folder in (dest, path.parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o750, folder
    with pytest.raises(CannotRun, match="owner is 'nobody-there'"):
        archive(telephony, dest, sid, owner="nobody-there")


def test_group_of_files(telephony: Simulator, dest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Only root may give files to any group, and most users are in one only.
    group = 4711 if os.getuid() == 0 else max({*os.getgroups(), os.getgid()} - {os.getegid()}, default=os.getgid())
    given, chown = [], os.chown

    def counting(file: int | str, owner: int, group: int) -> None:
        given.append((owner, group))
        chown(file, owner, group)

    monkeypatch.setattr(os, "chown", counting)
    (sid,) = recorded(telephony)
    path = Path(archive(telephony, dest, sid, group=str(group))["outcomes"][0]["file"])
    own = ("archive.jsonl", "index.html", "recordings.js")
    for one in (path, path.with_suffix(".json"), dest, path.parent, *(dest / name for name in own)):
        assert one.stat().st_gid == group, one
    assert set(given) == {(-1, group)}
    with pytest.raises(CannotRun, match="group is 'nobody-there'"):
        archive(telephony, dest, sid, group="nobody-there")


def test_full_disk_stops_and_goes_on(telephony: Simulator, dest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sids = recorded(telephony, 4)
    call = next(one["call_sid"] for one in listed(telephony) if one["sid"] == sids[0])
    place, placed = Files.place, []

    def full(self: Files, part: str, name: str) -> None:
        if name.endswith(".wav") and len(placed) == 3:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        placed.append(name)
        place(self, part, name)

    monkeypatch.setattr(Files, "place", full)
    result = archive(telephony, dest, call_sid=call, max_concurrency=1)
    assert "No space left on device" in result["msg"]
    assert result["summary"]["archived"] == 1
    monkeypatch.undo()
    # Of the second one, the sidecar is in its place, so its audio is not fetched again; not even a run of others drops it.
    assert [fetched(telephony, sid) for sid in sids] == [1, 1, 0, 0]
    (other,) = recorded(telephony)
    assert archive(telephony, dest, other)["summary"]["archived"] == 1
    again = archive(telephony, dest, call_sid=call)
    assert again["summary"]["archived"] == 3
    assert [fetched(telephony, sid) for sid in sids] == [1, 1, 1, 1]
    assert not (dest / ".parts").exists()
    assert archive(telephony, dest, state="verified")["problems"] == []


class FullDisk:
    """A file on a disk that takes no more than the half of what is written."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def write(self, data: bytes) -> int:
        self._file.write(data[: len(data) // 2])
        self._file.flush()
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


@pytest.mark.parametrize("suffix", ["", ".json"])
def test_disk_that_is_full_before_a_file_is_whole(
    telephony: Simulator, dest: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    """In the audio, or in the sidecar, of the second recording."""
    sids = recorded(telephony, 4)
    call = next(one["call_sid"] for one in listed(telephony) if one["sid"] == sids[0])
    writing, written = Files.writing, []

    class Writing:
        def __init__(self, usual: contextlib.AbstractContextManager[Any], part: str) -> None:
            written.append(part)
            self._is_full = len(written) > 2 and part.endswith(suffix)
            self._writing = usual

        def __enter__(self) -> Any:
            file = self._writing.__enter__()
            return FullDisk(file) if self._is_full else file

        def __exit__(self, *error: Any) -> bool | None:
            assert (error[0] is not None) == self._is_full
            return self._writing.__exit__(*error)

    with monkeypatch.context() as patch:
        patch.setattr(Files, "writing", lambda files, part: Writing(writing(files, part), part))
        result = archive(telephony, dest, call_sid=call, max_concurrency=1)
    assert "No space left on device" in result["msg"]
    assert "The task stopped" in result["msg"]
    assert (result["summary"]["archived"], result["summary"]["failed"]) == (1, 1)
    assert [fetched(telephony, sid) for sid in sids] == [1, 1, 0, 0]
    assert len(names(dest)) == 2, names(dest)
    assert not (dest / ".parts").exists()
    assert archive(telephony, dest, state="verified")["problems"] == []

    assert archive(telephony, dest, call_sid=call)["summary"]["archived"] == 3
    assert [fetched(telephony, sid) for sid in sids] == [1, 2, 1, 1]
    assert archive(telephony, dest, state="verified")["problems"] == []


def test_audio_that_cannot_be_restored_to_its_place_is_kept(
    telephony: Simulator, dest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (sid,) = recorded(telephony)
    Path(archive(telephony, dest, sid)["outcomes"][0]["file"]).unlink()

    def full(_self: Files, _part: str, _name: str) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(Files, "place", full)
        assert "No space left on device" in archive(telephony, dest, sid)["msg"]
    assert archive(telephony, dest, sid)["summary"]["archived"] == 1
    assert fetched(telephony, sid) == 2
    assert not (dest / ".parts").exists()


def test_audio_that_was_compared_with_what_is_there_is_dropped(telephony: Simulator, dest: Path) -> None:
    (sid,) = recorded(telephony)
    path = Path(archive(telephony, dest, sid)["outcomes"][0]["file"])
    (dest / "archive.jsonl").unlink()
    path.with_suffix(".json").unlink()
    assert archive(telephony, dest, sid)["summary"]["archived"] == 1
    assert not (dest / ".parts").exists()
    assert archive(telephony, dest, state="verified")["problems"] == []


def test_interrupted_download_frees_its_room(tmp_path: Path) -> None:
    files = Files(str(tmp_path), Access())
    part = files.part(SID)

    def interrupted() -> None:
        with files.writing(part) as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert files.parts() == []


def test_whole_audio_of_a_recording_that_is_gone_is_not_dropped(
    telephony: Simulator, dest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run was killed before it could move audio to its place, and somebody deleted the recording meanwhile."""
    sid, other = recorded(telephony, 2)
    path = Path(archive(telephony, dest, sid)["outcomes"][0]["file"])
    (dest / "archive.jsonl").unlink()
    part = dest / Files(str(dest), Access()).part(sid)
    audio = path.rename(part).read_bytes()
    part.with_suffix(".json").write_bytes(b"half")
    delete(telephony, sid)
    (dest / "other.json").write_text("{}")
    archive(telephony, dest, other)
    assert list((dest / ".parts").iterdir()) == [part]
    assert part.read_bytes() == audio


def test_two_runs_at_once(telephony: Simulator, dest: Path) -> None:
    sids = recorded(telephony, 6)
    call = next(one["call_sid"] for one in listed(telephony) if one["sid"] == sids[0])
    results: list[dict[str, Any]] = []
    runs = [
        threading.Thread(target=lambda: results.append(archive(telephony, dest, call_sid=call))) for _run in range(3)
    ]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert sorted(one["summary"]["archived"] for one in results) == [0, 0, 6]
    assert [fetched(telephony, sid) for sid in sids] == [1] * 6


def test_archive_in_use(telephony: Simulator, dest: Path) -> None:
    with Files(str(dest), Access()).locked(1, None):
        result = archive(telephony, dest, wait_timeout=1)
    assert "Another task has been using the archive" in result["msg"]


STRANGE = [
    "sealed",
    "index.html",
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "x" * 300,
    "Þjóðbjörg 日本 🎙",
    "{{ 6*7 }}",
    "a\nb",
    "%2e%2e%2f",
    ".",
    "",
]


@pytest.mark.parametrize("name", STRANGE)
def test_names_of_strangers(telephony: Simulator, dest: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (sid,) = recorded(telephony)
    call = Calls.get
    monkeypatch.setattr(Calls, "get", lambda self, one: {**call(self, one), "from": name, "to": name})
    result = archive(telephony, dest, sid, layout="{from}/{to}-{sid}", page_mask=False)
    path = Path(result["outcomes"][0]["file"]).resolve()
    assert path.is_relative_to(dest)
    assert len(path.relative_to(dest).parts) == 2
    assert json.loads(path.with_suffix(".json").read_text())["call"]["from"] == name
    assert "<script>alert" not in (dest / "recordings.js").read_text()
    assert archive(telephony, dest, state="verified")["problems"] == []


def test_sidecar_is_as_its_schema_says(telephony: Simulator, dest: Path) -> None:
    schema = json.loads((runs.COLLECTION / "docs" / "sidecar.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    (sid,) = recorded(telephony)
    path = Path(archive(telephony, dest, sid)["outcomes"][0]["file"]).with_suffix(".json")
    sidecar = json.loads(path.read_text())
    validator = jsonschema.Draft202012Validator(schema)
    validator.validate(sidecar)
    validator.validate({**sidecar, "call": None})
    assert set(schema["properties"]) == set(sidecar)
    assert not validator.is_valid({**sidecar, "audio": {**sidecar["audio"], "sha256": "x"}})


KILLER = """
import builtins, json, os, sys
sys.path.insert(0, sys.argv[1])
from ansible_collections.voiceops.telnyx.plugins.module_utils._modules.recording_archive import BEHAVIOUR
from ansible_collections.voiceops.telnyx.plugins.module_utils._task.task import Task, execute, prepare
from ansible_collections.voiceops.telnyx.plugins.module_utils._wire.media import MediaHost
from ansible_collections.voiceops.telnyx.plugins.module_utils._wire.transport import Transport

def counting(function):
    def counted(*args, **options):
        global left
        if not left:
            os.kill(os.getpid(), 9)
        left -= 1
        return function(*args, **options)
    return counted

def run(options):
    for name in ("chmod", "fsync", "ftruncate", "mkdir", "open", "rename", "replace", "rmdir", "unlink", "utime", "write"):
        setattr(os, name, counting(getattr(os, name)))
    for owner, name in ((builtins, "open"), (Transport, "send"), (MediaHost, "_ask")):
        setattr(owner, name, counting(getattr(owner, name)))
    params, _warnings = prepare(BEHAVIOUR, options, {})
    return bool(execute(BEHAVIOUR, params, Task()).get("failed"))

for line in sys.stdin:
    left, options = json.loads(line)
    process = os.fork()
    if not process:
        os._exit(run(options))
    print(os.waitpid(process, 0)[1], flush=True)
"""


@pytest.fixture
def killer() -> Iterator[Callable[[int, dict[str, Any]], bool]]:
    """Give what runs a task, kills it before a step by its number, and returns whether it came to that."""
    command = [sys.executable, "-c", KILLER, str(runs.COLLECTIONS)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout

        def killed(step: int, options: dict[str, Any]) -> bool:
            assert process.stdin
            assert process.stdout
            process.stdin.write(json.dumps([step, options]) + "\n")
            process.stdin.flush()
            status = int(process.stdout.readline())
            assert status in (0, 9), status
            return status == 9

        yield killed
        process.stdin.close()


def original(simulator: Simulator, sid: str) -> bytes:
    """Return the audio that the API has of a recording."""
    link = next(one["media_url"] for one in listed(simulator) if one["sid"] == sid)
    return requests.get(link, timeout=60).content


@pytest.mark.long
def test_killed_at_every_step(
    telephony: Simulator, tmp_path: Path, killer: Callable[[int, dict[str, Any]], bool]
) -> None:
    """Kill a run before each of its steps, which are requests, fetches and what changes a file, and run the task again.

    Nothing is lost, what is in its place is whole, and what is fetched and described is not fetched again.
    """
    options: dict[str, Any] = {"delete": "verified", "delete_after": 0}
    fresh = iter(recorded(telephony, 120))
    was_killed, steps = True, 0
    while was_killed:
        sid, dest = next(fresh), tmp_path / str(steps)
        audio, read = original(telephony, sid), fetched(telephony, sid)
        was_killed = killer(steps, {**telephony.connection, "recording_sid": sid, "dest": str(dest), **options})

        before = fetched(telephony, sid) - read, deletions(telephony, sid)
        described = bool(list(dest.rglob(f"{sid}.json")))
        is_gone = not exists(telephony, sid)
        placed = list(dest.rglob(f"{sid}.wav"))
        assert all(one.read_bytes() == audio for one in placed), steps
        assert placed or not is_gone, steps

        result = archive(telephony, dest, sid, **options)
        assert not result.get("failed"), (steps, result)
        assert not exists(telephony, sid)
        assert sorted(Path(name).suffix for name in names(dest)) == [".json", ".wav"], (steps, names(dest))
        (path,) = dest.rglob(f"{sid}.wav")
        assert path.read_bytes() == audio
        assert re.fullmatch("archived (verified deleting )+deleted", " ".join(one["action"] for one in log_of(dest)))
        assert sid in (dest / "recordings.js").read_text()
        assert archive(telephony, dest, state="verified")["problems"] == []
        assert before[0] in (0, 1), steps
        # Only the fetch that was cut off is repeated.
        assert fetched(telephony, sid) - read == before[0] + (not described), steps
        assert deletions(telephony, sid) == before[1] + (not is_gone), steps
        steps += 1
    # Of which a run with one recording has some 60.
    assert steps > 40


def test_bag_that_was_altered(telephony: Simulator, dest: Path) -> None:
    now = datetime.datetime.now(datetime.timezone.utc)
    month = (now.replace(day=1) - datetime.timedelta(days=1)).strftime("%Y-%m")
    (sid,) = recorded(telephony, days=now.day + 1)
    archive(telephony, dest, sid)
    bag = Path(archive(telephony, dest, state="sealed", month=month)["bag"])
    (bag / "bag-info.txt").write_text("other")
    found = archive(telephony, dest, state="verified")["problems"]
    assert [(one["file"], one["problem"]) for one in found] == [(f"sealed/{month}/bag-info.txt", "altered")]


def test_audio_named_like_what_is_beside_it(telephony: Simulator, dest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (sid,) = recorded(telephony)
    monkeypatch.setattr(keeper, "suffix_of", lambda _link: ".json")
    path = Path(archive(telephony, dest, sid)["outcomes"][0]["file"])
    assert path.suffix == ".audio"
    assert json.loads(path.with_suffix(".json").read_text())["audio"]["file"] == path.name


def test_large_run_reports_numbers_and_failures(
    telephony: Simulator, dest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "MOST", 2)
    sids = recorded(telephony, 4)
    call = next(one["call_sid"] for one in listed(telephony) if one["sid"] == sids[0])
    archived = Keeper.archive

    def failing(self: Keeper, recording: dict[str, Any]) -> Any:
        if recording["sid"] == sids[0]:
            raise OSError(errno.EACCES, "no")
        return archived(self, recording)

    monkeypatch.setattr(Keeper, "archive", failing)
    result = archive(telephony, dest, call_sid=call)
    assert (result["summary"]["archived"], result["summary"]["failed"]) == (3, 1)
    assert [one["recording_sid"] for one in result["outcomes"]] == [sids[0]]
    assert result["log"] == str(dest / "archive.jsonl")


def test_examination_reports_numbers_and_the_first_problems(
    telephony: Simulator, dest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "MOST", 2)
    sids = recorded(telephony, 2)
    call = next(one["call_sid"] for one in listed(telephony) if one["sid"] == sids[0])
    archived = archive(telephony, dest, call_sid=call)
    assert len(archived["diff"]["after"].splitlines()) == 2
    lost = names(dest)
    for name in lost:
        (dest / name).unlink()
    for name in ("a.wav", "b.wav"):
        (dest / name).touch()
    found = archive(telephony, dest, state="verified")
    assert [one["file"] for one in found["problems"]] == lost[:2]
    assert [found["summary"][name] for name in ("examined", "missing", "altered", "extra")] == [4, 4, 0, 2]
    assert found["msg"].startswith("6 of 6 files are not as they were archived")
    assert len(log_of(dest)[-1]["problems"]) == 6
    assert (dest / "recordings.js").read_text().count('"missing"') == 2


def test_diff_is_bounded(telephony: Simulator, dest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "MOST", 2)
    sids = recorded(telephony, 5)
    call = next(one["call_sid"] for one in listed(telephony) if one["sid"] == sids[0])
    planned = archive(telephony, dest, call_sid=call, check=True)
    assert len(planned["plan"]) == 5
    for result in (planned, archive(telephony, dest, call_sid=call)):
        first, second, more = result["diff"]["after"].splitlines()
        assert first.startswith("archive ")
        assert second.startswith("archive ")
        assert more == "and 3 more"


def test_full_disk_leaves_a_log_that_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = Files(str(tmp_path), Access())
    log = Log(files, read_only=False)
    write = os.write
    log.append({"action": "sealed", "month": "2026-01"})
    for full in (lambda _file, _data: 0, lambda file, data: write(file, data[:9])):
        with monkeypatch.context() as patch:
            patch.setattr(os, "write", full)
            with pytest.raises(OSError, match="No space left"):
                log.append({"action": "sealed", "month": "2026-02"})
    log.append({"action": "sealed", "month": "2026-03"})
    log.close()
    assert Log(files, read_only=True).sealed == {"2026-01", "2026-03"}


@pytest.mark.parametrize("wrong", [{"sid": ["a"]}, {"sid": {}}, {"sid": 7}, {"sid": None}])
def test_sid_that_is_no_text(telephony: Simulator, dest: Path, monkeypatch: pytest.MonkeyPatch, wrong: Any) -> None:
    (sid,) = recorded(telephony)
    reply = next(one for one in listed(telephony) if one["sid"] == sid)
    monkeypatch.setattr(Recordings, "of_account", lambda *_given: iter([{**reply, **wrong}, reply]))
    result = archive(telephony, dest)
    assert "without a SID" in result["msg"]
    assert result["summary"]["archived"] == 1


def test_call_sid_that_is_no_text(telephony: Simulator, dest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (sid,) = recorded(telephony)
    reply = next(one for one in listed(telephony) if one["sid"] == sid)
    monkeypatch.setattr(Recordings, "of_account", lambda *_given: iter([{**reply, "call_sid": ["v3:a"]}]))
    result = archive(telephony, dest, delete="verified", delete_after=0, hold=["v3:b"])
    assert result["summary"]["archived"] == 1
    assert log_of(dest)[0]["call_sid"] is None


def test_sidecar_is_taken_over_as_it_is(telephony: Simulator, dest: Path) -> None:
    """Another version may have written it in another way."""
    (sid,) = recorded(telephony)
    path = Path(archive(telephony, dest, sid)["outcomes"][0]["file"]).with_suffix(".json")
    path.write_text(json.dumps(json.loads(path.read_text()), indent=7))
    (dest / "archive.jsonl").unlink()
    assert archive(telephony, dest, sid)["summary"]["archived"] == 1
    assert archive(telephony, dest, state="verified")["problems"] == []
    assert archive(telephony, dest, sid, delete="verified", delete_after=0)["summary"]["deleted"] == 1


def test_restored_audio_is_logged(telephony: Simulator, dest: Path) -> None:
    (sid,) = recorded(telephony)
    Path(archive(telephony, dest, sid)["outcomes"][0]["file"]).unlink()
    assert archive(telephony, dest, state="verified")["failed"]
    archive(telephony, dest, sid)
    assert [one["action"] for one in log_of(dest)] == ["archived", "examined", "restored"]
    assert '"missing"' not in (dest / "recordings.js").read_text()


def test_key_that_may_not_delete_ends_the_run(
    telephony: Simulator, dest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sids = recorded(telephony, 4)
    call = next(one["call_sid"] for one in listed(telephony) if one["sid"] == sids[0])
    asked = []

    def refused(self: Client, request: Any) -> Any:
        asked.append(request)
        raise RequestFailed(Failure("The API answered 403.", 403), certain=True)

    monkeypatch.setattr(Client, "repeat", refused)
    options: dict[str, Any] = {"delete": "verified", "delete_after": 0, "max_concurrency": 1}
    result = archive(telephony, dest, call_sid=call, **options)
    assert "The task stopped" in result["msg"]
    assert len(asked) == 1


def test_file_that_was_put_into_a_bag(telephony: Simulator, dest: Path) -> None:
    now = datetime.datetime.now(datetime.timezone.utc)
    month = (now.replace(day=1) - datetime.timedelta(days=1)).strftime("%Y-%m")
    (sid,) = recorded(telephony, days=now.day + 1)
    archive(telephony, dest, sid)
    bag = Path(archive(telephony, dest, state="sealed", month=month)["bag"])
    (bag / "data" / "other.wav").write_text("other")
    found = archive(telephony, dest, state="verified")["problems"]
    assert [(one["file"], one["problem"]) for one in found] == [(f"sealed/{month}/data/other.wav", "extra")]


def test_page_is_written_only_if_something_changed(
    telephony: Simulator, dest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (sid,) = recorded(telephony)
    written = []

    def counting(*given: Any) -> bool:
        written.append(given)
        return write_page(*given)

    write_page = pages.write_page
    monkeypatch.setattr(pages, "write_page", counting)
    for count, options in enumerate([{}, {"page_mask": False}, {"page_mask": True}, {"state": "verified"}], 1):
        for _again in range(2):
            selected = {} if "state" in options else {"sid": sid}
            archive(telephony, dest, **selected, **options)
        # Each examination is in the log, and so may be on the page.
        assert len(written) == count + ("state" in options)
    assert archive(telephony, dest, sid)["changed"] is False
    assert len(written) == 5
    (dest / "index.html").write_text("of another version")
    assert archive(telephony, dest, sid)["changed"]
    assert len(written) == 6


def test_page_that_cannot_be_written(telephony: Simulator, dest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (sid,) = recorded(telephony)

    def full(*_given: Any) -> bool:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(pages, "write_page", full)
    result = archive(telephony, dest, sid)
    assert (result["failed"], result["changed"], result["summary"]["archived"]) == (True, True, 1)
    assert "The page could not be written" in result["msg"]


def test_nothing_is_deleted_that_is_not_synced(
    telephony: Simulator, dest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (sid,) = recorded(telephony)
    archive(telephony, dest, sid)
    fsync, folders = os.fsync, []

    def broken(file: int) -> None:
        if stat.S_ISDIR(os.fstat(file).st_mode):
            folders.append(os.readlink(f"/proc/self/fd/{file}"))
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        fsync(file)

    monkeypatch.setattr(os, "fsync", broken)
    result = archive(telephony, dest, sid, delete="verified", delete_after=0)
    assert "Input/output error" in result["msg"]
    monkeypatch.setattr(os, "fsync", fsync)
    assert folders
    assert exists(telephony, sid)
    assert not [one for one in log_of(dest) if one["action"] == "deleting"]


def test_folders_that_an_earlier_run_made_are_synced(
    telephony: Simulator, dest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (sid,) = recorded(telephony)
    path = Path(archive(telephony, dest, sid)["outcomes"][0]["file"])
    fsync, folders = os.fsync, set()

    def counting(file: int) -> None:
        folders.add(os.readlink(f"/proc/self/fd/{file}"))
        fsync(file)

    monkeypatch.setattr(os, "fsync", counting)
    assert archive(telephony, dest, sid, delete="verified", delete_after=0)["summary"]["deleted"] == 1
    assert {str(one) for one in path.parents if one == dest or dest in one.parents} <= folders


def test_another_account_proves_nothing(telephony: Simulator, dest: Path) -> None:
    (sid,) = recorded(telephony, days=40)
    archive(telephony, dest, sid)
    log = Log(Files(str(dest), Access()), read_only=False)
    log.append({"action": "deleting", "recording_sid": sid})
    log.close()
    options = {"date_created": ">=2100-01-01", "delete": "verified", "keep": 30}
    other = "7a09cdc3-8948-47f0-aa62-74ac943d6c58"
    archive(telephony, dest, account_sid=other, **options)
    assert len(names(dest)) == 2
    assert not [one for one in log_of(dest) if one["action"] in ("deleted", "removed")]


def test_transcript_that_is_yet_to_come(telephony: Simulator, dest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (sid,) = recorded(telephony)
    one = {"sid": "a", "recording_sid": sid, "status": "completed", "transcription_text": "Hello.", "date_created": "1"}
    two = {**one, "sid": "b", "status": "in-progress", "transcription_text": None, "date_created": "2"}
    replies = [[one, two], [one, {**two, "status": "completed", "transcription_text": "Goodbye."}]]
    monkeypatch.setattr(Transcriptions, "of_account", lambda *_given: iter(replies.pop(0)))
    options: dict[str, Any] = {"transcriptions": True, "delete": "verified", "delete_after": 0}
    waits = archive(telephony, dest, sid, **options)
    assert (waits["outcomes"][0]["not_deleted"], waits["summary"]["transcribed"]) == ("not transcribed", 0)
    assert exists(telephony, sid)
    done = archive(telephony, dest, sid, **options)
    assert (done["summary"]["transcribed"], done["summary"]["deleted"]) == (1, 1)
    assert next(dest.rglob("*.txt")).read_text() == "Hello.\n\nGoodbye.\n"


def test_marks_of_the_page(telephony: Simulator, dest: Path) -> None:
    sids = recorded(telephony, 4)
    (old,) = recorded(telephony, days=40)
    for sid in (*sids, old):
        archive(telephony, dest, sid, transcriptions=True)
    (dest / next(dest.rglob(f"{sids[0]}.wav"))).unlink()
    (dest / next(dest.rglob(f"{sids[1]}.txt"))).unlink()
    (dest / next(dest.rglob(f"{sids[2]}.json"))).write_text("{}")
    archive(telephony, dest, state="verified")
    archive(telephony, dest, old, keep=30)
    text = (dest / "recordings.js").read_text()
    rows = json.loads(text[text.index("[") : text.rindex("]") + 1])
    found = {one["sid"]: one["mark"] for one in rows}
    assert found == {sids[0]: "missing", sids[1]: "altered", sids[2]: "altered", sids[3]: "", old: "removed"}


def test_missing_file_does_not_hold_up_the_upload_of_others(telephony: Simulator, dest: Path) -> None:
    lost, sid = recorded(telephony, 2)
    archive(telephony, dest, lost)
    next(dest.rglob(f"{lost}.wav")).unlink()
    found = archive(telephony, dest, sid, uploads=[])["to_upload"]
    assert sorted(Path(one["file"]).name for one in found) == sorted([f"{sid}.wav", f"{sid}.json", f"{lost}.json"])
