# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Recordings that become files: through every entry point, against the simulator."""

from __future__ import annotations

import hashlib
import json
import re
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support import raw_server, runs
from support.clock import PATIENCE
from support.entry_points import RunTask
from support.runs import play, playbook, task
from support.simulator import Simulator

MODULE = "voiceops.telnyx.recording_media"
# The cheapest: "make test" has a lifecycle through the action plugins.
ENTRY_POINT = "module"
MISSING = "6a09cdc3-8948-47f0-aa62-74ac943d6c58"
OTHER = "7a09cdc3-8948-47f0-aa62-74ac943d6c58"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for nothing but recordings."""
    made = tmp_path / "recordings"
    made.mkdir()
    return made


def args(simulator: Simulator, recording_sid: Any, dest: Any, **options: Any) -> dict[str, Any]:
    return {**simulator.connection, "recording_sid": recording_sid, "dest": str(dest), **options}


def media(simulator: Simulator, sid: str) -> list[dict[str, Any]]:
    """Return what the media host was asked for a recording."""
    requests = simulator.ask("GET", "media")["requests"]
    assert not [one for one in requests if one["authorization"]]
    return [one for one in requests if sid in one["target"]]


def misbehave(simulator: Simulator, *kinds: str) -> None:
    simulator.ask("PUT", "misbehaviour", {"media": list(kinds)})


@pytest.fixture(autouse=True)
def _behave(simulator: Simulator) -> Any:
    yield
    simulator.ask("PUT", "misbehaviour", {})


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_file_of_a_recording(run_task: RunTask, simulator: Simulator, folder: Path) -> None:
    (sid,) = simulator.completed()
    path = folder / "one.wav"
    checked = run_task(args(simulator, sid, path), check=True, diff=True, module=MODULE)
    assert (checked["changed"], checked["file"]["dest"], checked["file"]["sha256"]) == (True, str(path), None)
    assert checked["diff"] == [{"before_header": str(path), "after_header": str(path), "before": "", "after": ""}]
    assert media(simulator, sid) == []
    assert list(folder.iterdir()) == []

    first = run_task(args(simulator, sid, path, mode="0640"), diff=True, module=MODULE)
    assert first["changed"]
    body = path.read_bytes()
    file = first["file"]
    assert first["files"] == [file]
    assert [(one["recording_sid"], one["outcome"], one["msg"]) for one in first["outcomes"]] == [
        (sid, "downloaded", "")
    ]
    assert (file["recording_sid"], file["dest"], file["changed"]) == (sid, str(path), True)
    assert (file["size"], file["sha256"]) == (len(body), hashlib.sha256(body).hexdigest())
    assert (file["content_type"], file["mode"], file["state"]) == ("audio/wav", "0640", "file")
    with wave.open(str(path)) as audio:
        assert audio.getnframes() // audio.getframerate() == file["duration"]
    assert first["diff"][0]["after"] == f"{file['size']} bytes, SHA-256 {file['sha256']}\n"
    assert mode_of(path) == 0o640
    assert [one.name for one in folder.iterdir()] == ["one.wav"]

    for check in (True, False):
        again = run_task(args(simulator, sid, path, mode="0640"), check=check, diff=True, module=MODULE)
        unchanged = {"outcomes": [{**first["outcomes"][0], "outcome": "unchanged", "changed": False}], "diff": []}
        unchanged |= {"file": {**file, "changed": False}, "files": [{**file, "changed": False}]}
        assert again == {**first, "changed": False, **unchanged}
    assert [one["status"] for one in media(simulator, sid)] == [200, 200, 200]
    assert path.read_bytes() == body

    for check in (True, False):
        other_mode = run_task(args(simulator, sid, path, mode="u=rw,go="), check=check, module=MODULE)
        assert other_mode["changed"]
        assert mode_of(path) == (0o640 if check else 0o600)


def test_folder_and_several_recordings(run_task: RunTask, simulator: Simulator, folder: Path) -> None:
    sids = simulator.completed(3)
    new = folder / "a" / "b"
    result = run_task(args(simulator, [*sids, MISSING], f"{new}/"), module=MODULE)
    assert result["failed"]
    assert [one["outcome"] for one in result["outcomes"]] == ["downloaded"] * 3 + ["failed"]
    assert result["msg"].startswith(f"{MISSING}: The API answered 404: ")
    assert sorted(one.name for one in new.iterdir()) == sorted(f"{sid}.wav" for sid in sids)
    assert [one["dest"] for one in result["files"]] == [str(new / f"{sid}.wav") for sid in sids]
    (new / f"{sids[1]}.wav").unlink()
    again = run_task(args(simulator, sids, new), module=MODULE)
    assert [one["changed"] for one in again["files"]] == [False, True, False]
    assert "file" not in again


@pytest.mark.parametrize(
    "found", [b"RIFF", *(pytest.param(one, marks=pytest.mark.long) for one in (b"", b"something else"))]
)
def test_what_is_there_and_not_whole_is_replaced(
    run_task: RunTask, simulator: Simulator, folder: Path, found: bytes
) -> None:
    (sid,) = simulator.completed()
    path = folder / "there.wav"
    path.write_bytes(found)
    path.chmod(0o604)
    checked = run_task(args(simulator, sid, path), check=True, module=MODULE)
    assert (checked["changed"], path.read_bytes()) == (True, found)
    result = run_task(args(simulator, sid, path), module=MODULE)
    assert checked["file"]["sha256"] == result["file"]["sha256"]
    assert result["file"]["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    # As with ansible.builtin.copy, what is replaced leaves its mode.
    assert (result["changed"], mode_of(path)) == (True, 0o604)


def test_one_wrong_byte_is_found_by_the_etag_and_without(run_task: RunTask, simulator: Simulator, folder: Path) -> None:
    (sid,) = simulator.completed()
    path = folder / "one.wav"
    run_task(args(simulator, sid, path), module=MODULE)
    whole = path.read_bytes()
    for kind in ("none", "media_no_ranges"):
        path.write_bytes(whole[:-1] + b"x")
        # Without ranges there is no ETag.
        misbehave(simulator, kind, kind)
        assert run_task(args(simulator, sid, path), module=MODULE)["changed"]
        assert path.read_bytes() == whole
        assert not run_task(args(simulator, sid, path), module=MODULE)["changed"]


def test_goes_on_where_it_broke(run_task: RunTask, simulator: Simulator, folder: Path) -> None:
    (sid,) = simulator.completed()
    misbehave(simulator, "media_truncated", "media_truncated", "none")
    result = run_task(args(simulator, sid, folder), module=MODULE)
    assert result["changed"], result
    requests = media(simulator, sid)
    assert [one["status"] for one in requests] == [200, 206, 206]
    assert len({one["target"] for one in requests}) == 3
    reply = run_task(args(simulator, sid, folder), module=MODULE)
    assert not reply["changed"]


def test_wrong_body_leaves_no_file(run_task: RunTask, simulator: Simulator, folder: Path) -> None:
    (sid,) = simulator.completed()
    misbehave(simulator, *["media_wrong"] * 9)
    result = run_task(args(simulator, sid, folder / "one.wav"), module=MODULE)
    assert (result["failed"], result["changed"], result["files"]) == (True, False, [])
    assert result["msg"] == f"{sid}: What the media host sent is text/html, and not audio. No file was written."
    assert list(folder.iterdir()) == []


def test_wrong_body_leaves_what_is_there(run_task: RunTask, simulator: Simulator, folder: Path) -> None:
    (sid,) = simulator.completed()
    path = folder / "one.wav"
    path.write_bytes(b"as it was")
    misbehave(simulator, *["media_wrong"] * 9)
    assert run_task(args(simulator, sid, path), module=MODULE)["failed"]
    assert [one.read_bytes() for one in folder.iterdir()] == [b"as it was"]


def test_recording_that_goes_on(run_task: RunTask, simulator: Simulator, folder: Path) -> None:
    sid = simulator.ask("POST", "recordings", {"call_sid": simulator.fresh()})["sid"]
    result = run_task(args(simulator, sid, folder), module=MODULE)
    assert result["failed"]
    assert result["msg"] == (
        f"{sid}: The recording is in-progress. It can be downloaded once it is complete: set wait, or a longer wait_timeout."
    )
    late = run_task(args(simulator, sid, folder, wait=True, wait_timeout=1), module=MODULE)
    assert late["msg"] == result["msg"]
    # Check mode does not wait, and expects what it would wait for.
    assert run_task(args(simulator, sid, folder, wait=True), check=True, module=MODULE)["changed"]
    assert run_task(args(simulator, sid, folder), check=True, module=MODULE)["failed"]
    simulator.ask("PATCH", f"recordings/{sid}", {"status": "stopped"})
    assert run_task(args(simulator, sid, folder, wait=True), module=MODULE)["file"]["dest"] == f"{folder}/{sid}.wav"


def test_progress_of_a_task_that_waits(simulator: Simulator, tmp_path: Path) -> None:
    going_on = simulator.ask("POST", "recordings", {"call_sid": simulator.fresh()})["sid"]
    (done,) = simulator.completed()
    given = args(simulator, [going_on, done], f"{tmp_path}/recordings/", wait=True, wait_timeout=6)
    run = playbook(tmp_path, play(task(given, module=MODULE)))
    lines = re.findall(r"^voiceops\.telnyx\.recording_media: .*$", run.output, re.MULTILINE)
    assert lines
    assert all(re.fullmatch(r".*: 1 of 2 recordings are not complete after \d+ seconds", line) for line in lines)
    assert [one["recording_sid"] for one in run.result("record")["files"]] == [done]
    # What was waited for on the controller, is not waited for again.
    waited = [one for one in simulator.ledger() if going_on in one["target"] and one["method"] == "GET"]
    # A slow machine looks less often.
    assert 2 <= len(waited) <= 8


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"dest": "/no/such/folder/one.wav"}, "it must be in a folder that exists, or end with a slash to be one"),
        ({"recording_sid": [MISSING, OTHER], "dest": "one.wav"}, "it must be a folder, or end with a slash, where"),
    ],
)
def test_wrong_dest(run_task: RunTask, simulator: Simulator, options: dict[str, Any], said: str) -> None:
    before = len(simulator.ledger())
    result = run_task({**args(simulator, MISSING, ""), **options}, module=MODULE)
    assert result["failed"]
    assert result["msg"].startswith("Nothing was sent. dest is ")
    assert said in result["msg"]
    assert len(simulator.ledger()) == before


def test_folder_that_cannot_be_written(run_task: RunTask, simulator: Simulator, folder: Path) -> None:
    (sid,) = simulator.completed()
    (folder / "file").write_text("")
    result = run_task(args(simulator, sid, f"{folder}/file/x/"), module=MODULE)
    assert result["failed"]
    assert "The file could not be written, or not as it should be (" in result["msg"]


def test_remote_home_and_attributes_by_another_name(simulator: Simulator, tmp_path: Path) -> None:
    (sid,) = simulator.completed()
    given = args(simulator, sid, "~/one.wav", attr="", mode=0o600, owner=None)
    run = playbook(tmp_path, play(task(given, module=MODULE)))
    assert run.result("record")["file"]["dest"] == str(tmp_path / "one.wav")
    assert mode_of(tmp_path / "one.wav") == 0o600
    assert runs.KEY not in run.output


def test_attributes_that_cannot_be_given(run_task: RunTask, simulator: Simulator, folder: Path) -> None:
    sids = simulator.completed(3)
    result = run_task(args(simulator, sids, folder, owner="nobody-has-this-name"), module=MODULE)
    assert result["failed"]
    # Each is tried, and nothing else is left.
    assert [(one["recording_sid"], one["outcome"]) for one in result["outcomes"]] == [(sid, "failed") for sid in sids]
    assert "chown failed: failed to look up user nobody-has-this-name" in result["msg"]
    assert sorted(one.name for one in folder.iterdir()) == sorted(f"{sid}.wav" for sid in sids)


@pytest.mark.parametrize("mode", ["u+x", *(pytest.param(one, marks=pytest.mark.long) for one in ("=r", "g-r,o-r"))])
def test_mode_that_says_what_to_change(run_task: RunTask, simulator: Simulator, folder: Path, mode: str) -> None:
    (sid,) = simulator.completed()
    copied = {"content": "x", "dest": str(folder / "copied"), "mode": mode}
    assert playbook(folder.parent, play(task(copied, module="ansible.builtin.copy"))).code == 0
    assert run_task(args(simulator, sid, folder / "one.wav", mode=mode), module=MODULE)["changed"]
    assert mode_of(folder / "one.wav") == mode_of(folder / "copied")


def test_relative_dest(run_task: RunTask, simulator: Simulator, tmp_path: Path) -> None:
    (sid,) = simulator.completed()
    result = run_task(args(simulator, sid, "one.wav"), module=MODULE)
    assert (result["changed"], result["file"]["dest"]) == (True, str(tmp_path / "one.wav"))


def test_link_is_replaced_as_by_copy(run_task: RunTask, simulator: Simulator, folder: Path) -> None:
    (sid,) = simulator.completed()
    run_task(args(simulator, sid, folder / "target"), module=MODULE)
    (folder / "one.wav").symlink_to("target")
    assert run_task(args(simulator, sid, folder / "one.wav"), check=True, module=MODULE)["changed"]
    result = run_task(args(simulator, sid, folder / "one.wav", mode="0600"), module=MODULE)
    assert (result["changed"], result["file"]["state"]) == (True, "file")
    assert result["file"]["size"] == (folder / "target").stat().st_size
    assert (mode_of(folder / "one.wav"), (folder / "target").exists()) == (0o600, True)


class Stalled:
    """A task whose audio has begun and does not come, until it may."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._go_on = threading.Event()
        self._host = raw_server.RawServer([self._answer], None)
        threading.Thread(target=self._host.serve, daemon=True).start()
        self.link = f"http://127.0.0.1:{self._host.port}/"

    def _answer(self, _request: bytes, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + WAV[:100])
        self._go_on.wait(PATIENCE)
        connection.sendall(WAV[100:])

    def fetch(self) -> None:
        self._go_on.set()

    def begin(self, dest: str, number: signal.Signals = signal.SIGTERM) -> subprocess.Popen[bytes]:
        """Begin to run the module, with the usual handler of a signal, and return when its file is there."""
        before = len(self._host.requests)
        task_ = subprocess.Popen(
            [sys.executable, "-m", "ansible_collections.voiceops.telnyx.plugins.modules.recording_media"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # It may be ignored here, as in the background of a shell, or under nohup.
            preexec_fn=lambda: signal.signal(number, signal.SIG_DFL),
            env={**runs.environment(self.folder.parent), "PYTHONPATH": str(runs.COLLECTIONS)},
        )
        assert task_.stdin
        with task_.stdin as stdin:
            stdin.write(json.dumps({"ANSIBLE_MODULE_ARGS": {**self.args, "dest": dest}}).encode())
        while len(self._host.requests) == before:
            time.sleep(0.1)
        return task_

    args: dict[str, Any]


WAV = b"RIFF" + (1000 - 8).to_bytes(4, "little") + b"WAVE" + bytes(988)


@pytest.fixture
def stalled(folder: Path) -> Iterator[Stalled]:
    one = Stalled(folder)
    body = json.dumps({"sid": MISSING, "status": "completed", "media_url": one.link}).encode()
    with raw_server.serving(raw_server.reply(body=body)) as api:
        one.args = {"api_key": runs.KEY, "account_sid": "a", "base_url": api.base_url, "recording_sid": MISSING}
        yield one
    one.fetch()


def scratch_files(folder: Path) -> list[str]:
    return [one.name for one in folder.iterdir() if one.name.startswith(".voiceops.telnyx.")]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_task_that_is_interrupted_leaves_nothing(folder: Path, stalled: Stalled, number: signal.Signals) -> None:
    task_ = stalled.begin(f"{folder}/", number)
    assert len(scratch_files(folder)) == 1
    task_.send_signal(number)
    assert task_.wait(PATIENCE) != 0
    assert list(folder.iterdir()) == []


def test_what_a_killed_task_left_is_removed_by_the_next(
    run_task: RunTask, simulator: Simulator, folder: Path, stalled: Stalled
) -> None:
    killed, alive = (stalled.begin(f"{folder}/{name}.wav") for name in ("killed", "alive"))
    killed.kill()
    killed.wait(PATIENCE)
    left = scratch_files(folder)
    assert len(left) == 2
    (sid,) = simulator.completed()
    run_task(args(simulator, sid, folder / "one.wav"), check=True, module=MODULE)
    assert sorted(scratch_files(folder)) == sorted(left)
    assert run_task(args(simulator, sid, folder / "one.wav"), module=MODULE)["changed"]
    # That of the task which is alive is its own.
    assert len(scratch_files(folder)) == 1
    stalled.fetch()
    assert alive.wait(PATIENCE) == 0
    assert sorted(one.name for one in folder.iterdir()) == ["alive.wav", "one.wav"]
    assert (folder / "alive.wav").read_bytes() == WAV
