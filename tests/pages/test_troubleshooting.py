# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The troubleshooting guide: each message that it quotes is reproduced here from its cause."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
import trustme
from ansible_collections.voiceops.telnyx.plugins.module_utils._archive import messages as archiving
from ansible_collections.voiceops.telnyx.plugins.module_utils._archive.files import Access, Files
from ansible_collections.voiceops.telnyx.plugins.module_utils._base.errors import Failure, RequestFailed
from ansible_collections.voiceops.telnyx.plugins.module_utils._client import messages as client
from ansible_collections.voiceops.telnyx.plugins.module_utils._client.calls import Calls
from ansible_collections.voiceops.telnyx.plugins.module_utils._download import messages as download
from ansible_collections.voiceops.telnyx.plugins.module_utils._modules import recording_archive
from ansible_collections.voiceops.telnyx.plugins.module_utils._starting import messages as starting
from ansible_collections.voiceops.telnyx.plugins.module_utils._task.task import Task, execute, prepare
from ansible_collections.voiceops.telnyx.plugins.module_utils._wire import messages as wire
from support import guides, raw_server, runs
from support.runs import KEY, playbook, task
from support.simulator import Simulator

(GUIDE,) = (page for page in guides.GUIDES if page.stem == "guide_troubleshooting")
MESSAGES = re.findall(r"^``(.*)``\n\^+$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
CHANGE = "voiceops.telnyx.call_recording_status"
# Tests wait only for what they are about.
IMPATIENT = {"rate_limit_timeout": 0, "reconcile_timeout": 0}


def quoted(text: str) -> str:
    """Return a text of the code as the guide quotes it: an ellipsis stands for what varies."""
    return re.sub(r"\{[^}]*\}", "…", text).rstrip(".")


@pytest.fixture(autouse=True)
def _behaves_again(simulator: Simulator) -> Iterator[None]:
    yield
    simulator.ask("PUT", "misbehaviour", {})


class World:
    """What causes a message. Every method returns all messages and warnings of a task."""

    def __init__(self, simulator: Simulator, folder: Path) -> None:
        self.simulator = simulator
        self.folder = folder
        self.call = simulator.fresh()

    def start(self, **options: Any) -> str:
        """Start a recording on a call, with some options changed; None leaves an option out."""
        given = {**self.simulator.connection, **IMPATIENT, "call_sid": self.call, **options}
        return self._run({name: value for name, value in given.items() if value is not None}, runs.MODULE)

    def play(self, **options: Any) -> str:
        """Start a recording in a play, which checks its options before there is a module."""
        given = {**self.simulator.connection, **IMPATIENT, "call_sid": self.call, **options}
        args = {name: value for name, value in given.items() if value is not None}
        run = playbook(self.folder, runs.play(task(args, ignore_errors=True)))
        assert KEY not in run.output
        return str(run.result("record")["msg"])

    def change(self, **options: Any) -> str:
        """Change the state of the recording of a call."""
        return self._run({**self.simulator.connection, "call_sid": self.call, "status": "paused", **options}, CHANGE)

    def download(self, state: str, *kinds: str, **options: Any) -> str:
        """Download a recording, from a media host that misbehaves so."""
        (sid,) = self.recordings(state)
        self.simulator.ask("PUT", "misbehaviour", {"media": list(kinds)})
        given = {**self.simulator.connection, "recording_sid": sid, "dest": str(self.folder / "one.wav"), **options}
        return self._run(given, "voiceops.telnyx.recording_media")

    def at(self, *answers: raw_server.Answer, tls: bool = False, **options: Any) -> str:
        """Start a recording on another server."""
        context = None
        if tls:
            context = raw_server.ssl.SSLContext(raw_server.ssl.PROTOCOL_TLS_SERVER)
            trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
        with raw_server.serving(*answers, context=context) as server:
            return self.start(base_url=server.base_url, **options)

    def misbehaving(self, *kinds: str, calls: int = 1, more: dict[str, Any] | None = None, **options: Any) -> str:
        """Start recordings while the service misbehaves."""
        named = [self.call, *(self.simulator.fresh() for _more in range(calls - 1))]
        self.simulator.ask("PUT", "misbehaviour", {"calls": {sid: list(kinds) for sid in named}, **(more or {})})
        return self.start(call_sid=named, max_concurrency=1, **options)

    def recordings(self, *states: str) -> list[str]:
        """Start recordings as somebody else, and return their SIDs."""
        body = {"call_sid": self.call}
        return [self.simulator.ask("POST", "recordings", {**body, "status": state})["sid"] for state in states]

    def edited(self) -> str:
        """Start a recording with a journal that somebody has edited."""
        path = self.folder / "a.journal"
        self.start(journal=str(path))
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as database:
            database.execute("UPDATE entries SET details = '{}'")
        return self.start(journal=str(path))

    def old(self) -> str:
        """Start a recording with a journal of JSON lines."""
        path = self.folder / "a.journal"
        path.write_text('{"version": 1}\n', encoding="utf-8")
        return self.start(journal=str(path))

    def losing(self) -> str:
        """Start two recordings with a journal that is removed before the first reply."""
        path = self.folder / "a.journal"

        def answer(request: bytes, connection: socket.socket) -> None:
            path.unlink(missing_ok=True)
            raw_server.reply()(request, connection)

        return self.at(answer, call_sid=["v3:a", "v3:b"], max_concurrency=1, journal=str(path))

    def without(self, library: str) -> str:
        """Start a recording with a Python that lacks a library."""
        (self.folder / f"{library}.py").write_text("raise ImportError('not here')\n", encoding="utf-8")
        return self._run({**self.simulator.connection, "call_sid": self.call}, runs.MODULE, PYTHONPATH=str(self.folder))

    def behind(self, proxy: str) -> str:
        """Start a recording on another host, with a proxy in the environment."""
        args = {**self.simulator.connection, "base_url": "https://api.invalid/v2", "call_sid": self.call}
        return self._run(args, runs.MODULE, HTTPS_PROXY=proxy)

    def candidates(self) -> str:
        """Lose the reply to a start request while others start recordings."""
        # So that it is dated within our request, whenever exactly that is.
        self.simulator.ask("PUT", "misbehaviour", {"clock_offset": 30})
        self.recordings("in-progress")
        return self.misbehaving("drop_after", timeout=60, reconcile_timeout=1)

    def taken_port(self) -> str:
        """Start a simulator on a port that is taken."""
        with raw_server.serving() as server:
            role = {"ansible.builtin.include_role": {"name": "voiceops.telnyx.simulator"}}
            return playbook(self.folder, runs.play({**role, "vars": {"simulator_port": server.port}})).output

    def archive(self, *again: Callable[[Path], object], days: float = 0, **options: Any) -> str:
        """Archive a recording, then do something to the archive, each followed by one more run with the options."""
        self.simulator.ask("PUT", "misbehaviour", {"clock_offset": -days * 86400})
        (sid,) = self.recordings("in-progress")
        self.simulator.ask("PATCH", f"recordings/{sid}", {"status": "completed"})
        shown = self._archive({} if again else options)
        for change in again:
            change(self.folder / "archive")
            shown = self._archive(options)
        return shown

    def _archive(self, options: dict[str, Any]) -> str:
        usual = {**self.simulator.connection, "call_sid": self.call, "dest": str(self.folder / "archive")}
        given = {name: value for name, value in {**usual, **options}.items() if value is not None}
        params, _warnings = prepare(recording_archive.BEHAVIOUR, given, {})
        return _texts(execute(recording_archive.BEHAVIOUR, params, Task()))

    def _run(self, args: dict[str, Any], module: str, **variables: str) -> str:
        result = runs.run_module(self.folder, args, module, **variables)
        assert KEY not in str(result)
        return _texts(result)


def _texts(result: dict[str, Any]) -> str:
    """Return all messages and warnings of a result."""
    outcomes = [one["msg"] for one in result.get("outcomes", [])]
    return "\n".join([result.get("msg", ""), *outcomes, *map(str, result.get("warnings", []))])


def sidecar_of(dest: Path) -> Path:
    return next(dest.rglob("????/*/*/*.json"))


def cut(dest: Path) -> None:
    """Cut a byte off the audio."""
    audio = next(dest.rglob("*.wav"))
    audio.write_bytes(audio.read_bytes()[:-1])


def flip(dest: Path) -> None:
    """Flip a bit of the audio."""
    audio = next(dest.rglob("*.wav"))
    data = audio.read_bytes()
    audio.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))


def confuse(dest: Path) -> None:
    """Put the sidecar of another call into an archive that has no log."""
    (dest / "archive.jsonl").unlink()
    path = sidecar_of(dest)
    path.write_text(json.dumps({**json.loads(path.read_text()), "call_sid": "v3:other"}), encoding="utf-8")


def only_other_audio(dest: Path) -> None:
    """Leave nothing but audio that is another one."""
    (dest / "archive.jsonl").unlink()
    sidecar_of(dest).unlink()
    flip(dest)


def cut_log(dest: Path) -> None:
    """Change a line of the log."""
    log = dest / "archive.jsonl"
    log.write_bytes(log.read_bytes().replace(b"000", b"111", 1))


def in_use(world: World) -> str:
    """Archive while another task does."""
    with Files(str(world.folder / "archive"), Access()).locked(1, None):
        return world.archive(wait_timeout=1)


def without_folder(world: World) -> str:
    """Archive into what is a file."""
    (world.folder / "archive").write_bytes(b"")
    return world.archive()


def forgotten_call(world: World) -> str:
    """Archive a recording whose call the API no longer has."""

    def forgotten(calls: Calls, sid: str) -> NoReturn:
        raise RequestFailed(Failure("The API answered 404.", 404), certain=True)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Calls, "get", forgotten)
        return world.archive()


def altered_upload(file: str, size: int) -> list[dict[str, Any]]:
    return [{"file": file, "bytes": size, "sha256": "0" * 64}]


def wrong_upload(world: World) -> str:
    """Report a file as uploaded that has other bytes there."""
    world.archive()
    dest = world.folder / "archive"
    return world.archive(uploads=altered_upload(str(sidecar_of(dest).relative_to(dest)), 1))


CAUSES: dict[str, Callable[[World], str]] = {
    "api_key is missing": lambda world: world.play(api_key=None),
    "api_key is malformed (its value is not shown)": lambda world: world.start(api_key="KEY 1\n"),
    "base_url is 'http://…'; it must be an absolute https URL": lambda world: world.start(
        base_url="http://e.example/v2"
    ),
    "… is not an option; did you mean …?": lambda world: world.play(callsid="v3:a"),
    "HTTPS_PROXY is malformed (its value is not shown)": lambda world: world.behind("localhost:3128"),
    "call_sid[…] is '…'; it must be different from call_sid[…]": lambda world: world.start(call_sid=["v3:a", "v3%3Aa"]),
    "it must be left out where call_sid has several calls": lambda world: world.change(
        call_sid=["v3:a", "v3:b"], recording_sid="7d4b34c5-dbd3-46e4-be09-c9306f0d0cb7"
    ),
    "journal is '…'; it must be an absolute path of a file": lambda world: world.start(journal="/tmp/"),
    "journal is '…'; it must be a file, in a folder that exists, on the target host": lambda world: world.start(
        journal=str(world.folder / "missing" / "a.journal")
    ),
    "journal is '…', where entry … is not as it was written": World.edited,
    "journal is '…', where it has the JSON lines that were written before version 1.0.0": World.old,
    "Failed to import the required Python library (requests)": lambda world: world.without("requests"),
    "The API answered 401": lambda world: world.start(api_key="KEY-of-somebody-else"),
    "The API answered 403": lambda world: world.at(raw_server.reply("403 Forbidden", b"{}")),
    "The API answered 404: Resource not found": lambda world: world.start(call_sid=runs.ENDED),
    "The API answered 422: The call has not been answered yet": lambda world: world.start(call_sid=runs.RINGING),
    "The API answered 429": lambda world: world.misbehaving("rate_limited"),
    quoted(client.RATE_LIMITED): (
        lambda world: world.misbehaving(
            "rate_limited_retry_after", calls=2, more={"retry_after": 9}, rate_limit_timeout=3
        )
    ),
    "a redirect to …, which is not followed": lambda world: world.misbehaving("redirect"),
    quoted(starting.MAYBE_RUNNING): lambda world: world.misbehaving("drop_after"),
    quoted(starting.NOT_LISTED): lambda world: world.misbehaving("drop_before", reconcile_timeout=1),
    quoted(starting.LIST_UNREADABLE): lambda world: world.misbehaving(
        "drop_after", *["error_before"] * 30, reconcile_timeout=1
    ),
    # The list can be read early on, and not at the end.
    quoted(starting.ONE_CANDIDATE): lambda world: world.misbehaving(
        "drop_after", "none", *["error_before"] * 30, reconcile_timeout=1
    ),
    quoted(starting.CANDIDATES): World.candidates,
    quoted(starting.NOT_KNOWN_WHETHER_RUNNING): lambda world: world.misbehaving("error_before", unless_recording=True),
    quoted(wire.NO_REPLY): lambda world: world.at(raw_server.silence(), timeout=1),
    quoted(wire.BROKEN.partition(" ({})")[0]): lambda world: world.at(raw_server.reset),
    "with a body that is not a JSON object (…), perhaps from a proxy": lambda world: world.misbehaving("html_before"),
    quoted(wire.UNCONNECTED.partition(" ({})")[0]): lambda world: world.start(
        base_url=f"http://127.0.0.1:{raw_server.refused_port()}/v2"
    ),
    quoted(wire.NO_TLS.partition(" ({})")[0]): lambda world: world.at(tls=True),
    quoted(wire.UNRESOLVED.partition(" ({})")[0]): lambda world: world.start(base_url="https://api.invalid/v2"),
    quoted(starting.JOURNAL_NOT_WRITTEN): World.losing,
    quoted(starting.JOURNAL_LOST.partition(",")[0]): World.losing,
    "The call has no active recording that could be …": World.change,
    "The call has … active recordings, so recording_sid must name one": lambda world: (
        str(world.recordings("in-progress", "in-progress")) and world.change()
    ),
    "The call has no recording …": lambda world: world.change(recording_sid="7d4b34c5-dbd3-46e4-be09-c9306f0d0cb7"),
    "Recording … is …, which is final": lambda world: world.change(recording_sid=world.recordings("stopped")[0]),
    quoted(download.STATE.format("{}", "", download.PENDING.partition(":")[0])): lambda world: world.download(
        "in-progress"
    ),
    quoted(download.NO_FILE.format(download.NOT_AUDIO.format(download.OTHER_TYPE))): lambda world: world.download(
        "stopped", *["media_wrong"] * 9, wait=True
    ),
    quoted(download.NO_FILE.format(wire.MEDIA_BROKEN)): lambda world: world.download(
        "stopped", *["media_truncated"] * 40, wait=True
    ),
    "dest is '…'; it must be in a folder that exists, or end with a slash to be one": lambda world: world.download(
        "in-progress", dest="/no/such/folder/one.wav"
    ),
    quoted(archiving.LOCKED): in_use,
    quoted(archiving.ALTERED_LOG): lambda world: world.archive(cut_log),
    quoted(archiving.HOLD): lambda world: world.archive(hold=[str(world.folder / "holds")]),
    quoted(archiving.CONFLICT): lambda world: world.archive(confuse),
    quoted(archiving.OTHER_AUDIO): lambda world: world.archive(only_other_audio),
    quoted(archiving.RESIZED): lambda world: world.archive(cut),
    quoted(archiving.NOT_DELETED.format(archiving.ALTERED)): lambda world: world.archive(
        flip, delete="verified", delete_after=0
    ),
    quoted(archiving.EXAMINED): lambda world: world.archive(flip, state="verified", call_sid=None),
    quoted(archiving.NOT_DELETED.format(archiving.WITHOUT_FILES)): lambda world: (
        world.archive(days=40, keep=30) + world.archive(lambda _dest: None, days=40, delete="verified")
    ),
    quoted(archiving.UPLOAD_DIFFERS): wrong_upload,
    quoted(archiving.UPLOAD_UNKNOWN): lambda world: world.archive(uploads=altered_upload("2026/other.wav", 1)),
    quoted(archiving.UNWRITABLE): without_folder,
    quoted(archiving.NOTHING_TO_SEAL): lambda world: world.archive(
        lambda _dest: None, state="sealed", month="2001-01", call_sid=None
    ),
    quoted(archiving.NO_CALLS): forgotten_call,
    "recording_status_callback_method is GET": lambda world: world.start(recording_status_callback_method="GET"),
    quoted(starting.PAUSED): lambda world: str(world.recordings("paused")) and world.start(unless_recording=True),
    quoted(starting.STARTED_AGAIN): lambda world: world.misbehaving(
        "drop_before", reconcile_timeout=1, retry_unknown=True
    ),
    "port …: Address already in use": World.taken_port,
}


def test_every_quoted_message_has_a_cause() -> None:
    assert sorted(CAUSES) == sorted(MESSAGES)


@pytest.mark.parametrize("text", [starting.NOTHING_STARTED, starting.MAYBE_RUNNING.partition(";")[0]])
def test_what_decides_whether_to_run_a_task_again_is_quoted(text: str) -> None:
    assert f"``{quoted(text)}``" in GUIDE.read_text(encoding="utf-8")


@pytest.mark.long
@pytest.mark.parametrize("message", CAUSES)
def test_cause_has_the_message(simulator: Simulator, tmp_path: Path, message: str) -> None:
    shown = CAUSES[message](World(simulator, tmp_path))
    pattern = ".+".join(re.escape(part) for part in message.split("…"))
    assert re.search(pattern, shown), shown
