# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import hashlib
import os
import socket
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.voiceops.telnyx.plugins.module_utils._base.errors import InvalidArguments, NoReply
from ansible_collections.voiceops.telnyx.plugins.module_utils._base.schedule import Schedule
from ansible_collections.voiceops.telnyx.plugins.module_utils._download import download as _download
from ansible_collections.voiceops.telnyx.plugins.module_utils._modules import recording_media as _recording_media
from ansible_collections.voiceops.telnyx.plugins.module_utils._task import task as _task
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.operation import Request
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.reply import Reply
from support import raw_server, tasks
from support.clock import Clock
from support.raw_server import Answer
from support.tasks import Scripted, reply

SID = "6a09cdc3-8948-47f0-aa62-74ac943d6c58"
OTHER = "7a09cdc3-8948-47f0-aa62-74ac943d6c58"
WAV = b"RIFF" + (1000 - 8).to_bytes(4, "little") + b"WAVE" + bytes(988)
CONNECTION = {"api_key": "KEY-1", "account_sid": "a", "recording_sid": SID, "dest": "one.wav"}


class Module:
    """What the behaviour needs of Ansible's module."""

    fail_json = None

    def atomic_move(self, source: str, dest: str, unsafe_writes: bool) -> None:
        os.rename(source, dest)

    def load_file_common_arguments(self, params: Any, path: str) -> dict[str, Any]:
        return {}

    def set_fs_attributes_if_different(self, attributes: Any, changed: bool) -> bool:
        return changed

    def add_path_info(self, described: dict[str, Any]) -> dict[str, Any]:
        return described


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(_download, "PAUSES", Schedule(0.0))
    monkeypatch.setattr(_recording_media, "POLLS", Schedule(0.0))
    monkeypatch.chdir(tmp_path)


def look(link: Any, status: str = "completed", **fields: Any) -> Reply:
    return reply({"sid": SID, "status": status, "media_url": link, "duration": "3", **fields})


def fetch(*answers: Answer, **options: Any) -> tuple[dict[str, Any], list[bytes]]:
    """Run a task with a media host that answers so; each look gives another link."""
    with raw_server.serving(*answers) as server:
        looks = iter(range(100))
        prepared, _warnings = _task.prepare(_recording_media.BEHAVIOUR, {**CONNECTION, "timeout": 60, **options}, {})
        api = tasks.client(
            Scripted(lambda _request: look(f"http://127.0.0.1:{server.port}/{next(looks)}.wav")), prepared
        )
        result = _recording_media.run(prepared, api, _task.Task(module=Module()))  # type: ignore[arg-type]
        return result, server.requests


def audio(
    body: bytes = WAV,
    *headers: str,
    status: str = "200 OK",
    content_type: str = "audio/wav",
    length: int | str | None = None,
) -> Answer:
    """Return an answer, after which the connection is closed: so it may be shorter than its length says."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}"]
    lines += [f"Content-Type: {content_type}", "Connection: close", *headers]
    return raw_server.raw("\r\n".join(lines).encode() + b"\r\n\r\n" + body)


def echo(request: bytes, connection: socket.socket) -> None:
    """Answer with what was asked for, which is no HTTP."""
    connection.sendall(request.split()[1] + b"\r\n\r\n")


ETAG = 'ETag: "1"'
BROKEN = audio(WAV[:400], ETAG, length=1000)


def rest(first: int, size: int | str = 1000) -> Answer:
    return audio(WAV[first:], ETAG, f"Content-Range: bytes {first}-999/{size}", status="206 Partial Content")


@pytest.mark.parametrize(
    ("answers", "ranges"),
    [
        ([audio()], [None]),
        # Gone on with, where the host tells by a strong ETag that it is the same.
        ([BROKEN, rest(400)], [None, "bytes=400-"]),
        ([BROKEN, raw_server.reset, rest(400)], [None, "bytes=400-", "bytes=400-"]),
        ([BROKEN, audio(WAV, ETAG)], [None, "bytes=400-"]),
        ([BROKEN, rest(300), audio()], [None, "bytes=400-", None]),
        ([BROKEN, audio(b"", "Content-Range: bytes */9", status="416 No"), audio()], [None, "bytes=400-", None]),
        ([audio(WAV[:400], length=1000), audio()], [None, None]),
        ([audio(WAV[:400], 'ETag: W/"1"', length=1000), audio()], [None, None]),
        # It sends the rest of something else, or in another way.
        ([BROKEN, rest(400, 1001), audio()], [None, "bytes=400-", None]),
        ([BROKEN, raw_server.reset, rest(400, 999), audio()], [None, "bytes=400-", "bytes=400-", None]),
        ([BROKEN, rest(400, "*"), audio()], [None, "bytes=400-", None]),
        (
            [BROKEN, audio(WAV[400:], "Content-Range: bytes 400-999/1000", status="206 Partial"), audio()],
            [None, "bytes=400-", None],
        ),
        (
            [BROKEN, audio(WAV[400:], 'ETag: "2"', "Content-Range: bytes 400-999/1000", status="206 Partial"), audio()],
            [None, "bytes=400-", None],
        ),
        (
            [
                BROKEN,
                audio(WAV[400:], "Content-Encoding: gzip", "Content-Range: bytes 400-999/1000", status="206 P"),
                audio(),
            ],
            [None, "bytes=400-", None],
        ),
        ([BROKEN, rest(400, "9" * 5000), audio()], [None, "bytes=400-", None]),
        # Whatever the host says, another link may do.
        ([audio(b"expired", status="403 Forbidden"), audio()], [None, None]),
        ([audio(b"", status="500 Broken"), audio()], [None, None]),
        ([audio(b"<html>", content_type="text/html"), audio()], [None, None]),
        ([audio(WAV[:400]), audio()], [None, None]),
        ([audio(WAV, "Content-Encoding: br"), audio()], [None, None]),
        ([raw_server.raw(b"HTTP/1.1 200 OK\r\n\r\n" + WAV), audio()], [None, None]),
        (
            [raw_server.raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n" + WAV + b"\r\n0\r\n\r\n")],
            [None],
        ),
        ([audio(b"", "Location: /moved.wav", status="307 Moved"), audio()], [None, None]),
    ],
)
def test_file_is_whole_in_the_end(answers: list[Answer], ranges: list[str | None], tmp_path: Path) -> None:
    result, received = fetch(*answers)
    assert result.get("msg") is None
    assert Path("one.wav").read_bytes() == WAV
    assert result["file"]["sha256"] == hashlib.sha256(WAV).hexdigest()
    assert (result["file"]["size"], result["file"]["duration"]) == (1000, 3)
    assert [one.name for one in tmp_path.iterdir()] == ["one.wav"]
    lines = [dict(line.split(": ", 1) for line in one.decode().lower().split("\r\n")[1:-2]) for one in received]
    assert [one.get("range") for one in lines] == ranges
    # A link may have expired, so each is used once.
    assert len({one.split()[1] for one in received}) == len(received)
    assert [one.get("if-range") for one in lines] == [one and '"1"' for one in ranges]
    assert not [one for one in lines if "authorization" in one]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (audio(WAV[:400], length=1000), "The connection to 127.0.0.1 broke ("),
        (BROKEN, "The connection to 127.0.0.1 broke ("),
        (audio(WAV[:400]), "is cut off: its header announces 1000 bytes, 400 came. No file"),
        (audio(b""), "(0 bytes) begins neither as WAV nor as MP3. No file"),
        (
            audio(b"<html>", content_type="text/html; charset=x"),
            "What the media host sent is text/html, and not audio.",
        ),
        (audio(b"<Error>", content_type="binary/octet-stream"), "(7 bytes) begins neither as WAV nor as MP3."),
        (audio(b"", status="403 Forbidden"), "The media host answered 403. No file"),
        (audio(WAV, length="9" * 5000), "announced no length"),
        (audio(b"", "Location: http://203.0.113.1/", status="302 Found"), "The link to the audio is not an https URL."),
        (audio(b"", "Location: https://[", status="302 Found"), "The link to the audio is not an https URL."),
        (audio(b"", "Location: /moved.wav", status="302 Found"), "The media host answered 302."),
        (raw_server.raw(b"HTTP/1.1 200 OK\r\n\r\n" + WAV), "announced no length"),
        (audio(WAV, "Content-Encoding: gzip"), "a body that is encoded (gzip), for which it was not asked."),
        (raw_server.reset, "The connection to 127.0.0.1 broke ("),
        (echo, "The connection to 127.0.0.1 broke ("),
    ],
)
def test_what_is_not_whole_leaves_no_file(answer: Answer, said: str, tmp_path: Path) -> None:
    result, received = fetch(answer)
    assert (result["failed"], result["changed"], result["files"]) == (True, False, [])
    assert said in result["msg"]
    assert ".wav" not in result["msg"]
    assert list(tmp_path.iterdir()) == []
    assert len(received) >= 3


def test_host_that_falls_silent_leaves_no_file(tmp_path: Path) -> None:
    result, received = fetch(raw_server.silence(), timeout=1)
    assert (result["failed"], result["changed"], result["files"]) == (True, False, [])
    assert "The connection to 127.0.0.1 broke (timed out)" in result["msg"]
    assert list(tmp_path.iterdir()) == []
    assert len(received) >= 3


def test_host_that_gives_little_each_time() -> None:
    answers = [audio(WAV[:100], ETAG, length=1000)]
    answers += [
        audio(WAV[at : at + 100], ETAG, f"Content-Range: bytes {at}-999/1000", status="206 Some", length=1000 - at)
        for at in range(100, 1000, 100)
    ]
    result, received = fetch(*answers)
    assert (result["changed"], len(received)) == (True, 10)


def test_part_that_is_shorter_than_it_says_is_gone_on_with() -> None:
    # No header of an MP3 says how long it is.
    body = b"ID3" + bytes(997)
    part = "206 Partial Content"
    result, received = fetch(
        audio(body[:400], ETAG, content_type="audio/mpeg", length=1000),
        audio(body[400:700], ETAG, "Content-Range: bytes 400-999/1000", status=part),
        audio(body[700:], ETAG, "Content-Range: bytes 700-999/1000", status=part),
    )
    assert (result["file"]["size"], result["file"]["content_type"]) == (1000, "audio/mpeg")
    assert Path("one.wav").read_bytes() == body
    assert [b"bytes=700-" in one for one in received] == [False, False, True]


@pytest.mark.parametrize("link", [None, "", 7, "http://203.0.113.1/x.wav", "/x.wav", "file:///etc/passwd", "https://"])
def test_link_that_may_not_be_followed(link: Any, tmp_path: Path) -> None:
    prepared, _warnings = _task.prepare(_recording_media.BEHAVIOUR, CONNECTION, {})
    api = tasks.client(Scripted(lambda _request: look(link)))
    result = _recording_media.run(prepared, api, _task.Task(module=Module()))  # type: ignore[arg-type]
    assert result["failed"]
    assert "not an https URL" in result["msg"] if link else "has no audio" in result["msg"]
    assert list(tmp_path.iterdir()) == []


def test_etag_that_is_the_md5_saves_the_body() -> None:
    Path("one.wav").write_bytes(WAV)
    md5 = hashlib.md5(WAV).hexdigest()
    # The body would be another one, and nobody reads it.
    result, _received = fetch(audio(bytes(1000), f'ETag: "{md5}"'))
    assert (result["changed"], result["file"]["sha256"]) == (False, hashlib.sha256(WAV).hexdigest())
    result, _received = fetch(audio(WAV + b"x", f'ETag: "{md5}"'))
    assert result["changed"]


def states(*statuses: str | Reply | NoReply) -> Scripted:
    left = list(statuses)

    def answer(_request: Request) -> Reply:
        one = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(one, NoReply):
            raise one
        return one if isinstance(one, Reply) else look("https://e/", one)

    return Scripted(answer)


@pytest.mark.parametrize(
    ("statuses", "looks"),
    [
        (["completed"], 1),
        (["in-progress", "paused", "stopped", "processing", "completed"], 5),
        (["in-progress", NoReply("No connection", sent=True), reply({}, 500), "completed"], 4),
        ([look(None), look("https://e/")], 2),
        # These never will be.
        (["absent"], 1),
        (["in-progress", "deleted"], 2),
        ([reply({}, 404)], 1),
        ([reply({}, 401)], 1),
    ],
)
def test_waits_for_what_may_become_complete(statuses: list[Any], looks: int) -> None:
    given = {**CONNECTION, "wait": True, "rate_limit_timeout": 0}
    params, _warnings = _task.prepare(_recording_media.BEHAVIOUR, given, {})
    transport = states(*statuses)
    _recording_media.wait(params, tasks.client(transport), _task.Task())  # type: ignore[arg-type]
    assert len(transport.sent) == looks


def test_waits_no_longer_than_it_may(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_recording_media, "POLLS", Schedule(3.0, longest=3.0))
    params, _warnings = _task.prepare(_recording_media.BEHAVIOUR, {**CONNECTION, "wait": True}, {})
    transport = states("in-progress")
    api = tasks.client(transport)
    _recording_media.wait({**params, "wait_timeout": 10}, api, _task.Task())
    assert clock.passed == 10
    # At once, after 3, 6 and 9 seconds, and at the end.
    asked = len(transport.sent)
    assert asked == 5
    _recording_media.wait(params, api, _task.Task(check_mode=True))
    _recording_media.wait({**params, "wait": False}, api, _task.Task())
    assert len(transport.sent) == asked


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            {"recording_sid": ["a", "b", "a"]},
            "recording_sid[2] is 'a'; it must be different from recording_sid[0]",
        ),
        ({"mode": "rw"}, "mode is 'rw'; it must be a mode as in ansible.builtin.copy, such as '0640'"),
        ({"mode": "99"}, "mode is '99'"),
        ({"mode": 0o100000}, "mode is 32768"),
        ({"mode": -1}, "mode is -1"),
        ({"mode": {}}, "mode is {}"),
        ({"mode": True}, "mode is True"),
        ({"dest": ""}, "dest is ''; it must be the path of a file or folder"),
        ({"dest": "a\0b"}, "dest is 'a\\x00b'"),
        ({"dest": None}, "dest is missing"),
        ({"mode": 10**5000}, "mode is too long to be shown"),
        ({"dest": "/a\udcff"}, "dest is '/a\\udcff'; it must be the path of a file or folder"),
        ({"owner": "a\udcff"}, "owner is 'a\\udcff'; it must be text in UTF-8"),
        ({"wait_timeout": 0}, "wait_timeout is 0; it must be a number of seconds from 1 to 86400"),
        ({"attr2": ""}, "attr2 is not an option; did you mean attr?"),
    ],
)
def test_wrong_arguments(options: dict[str, Any], said: str) -> None:
    with pytest.raises(_task.CannotRun) as caught:
        _task.prepare(_recording_media.BEHAVIOUR, {**CONNECTION, **options}, {})
    assert said in str(caught.value)


@pytest.mark.parametrize("mode", ["0640", "640", 0o640, "u=rw,g=r,o=", "a+X", "u+x-w", "g=u", "2755", "0o644"])
def test_modes_as_of_copy(mode: Any) -> None:
    params, _warnings = _task.prepare(_recording_media.BEHAVIOUR, {**CONNECTION, "mode": mode, "attr": "i"}, {})
    assert (params["mode"], params["attributes"]) == (mode, "i")


def test_wrong_dest_is_said_before_waiting(tmp_path: Path) -> None:
    given = {**CONNECTION, "wait": True, "dest": str(tmp_path / "no" / "such.wav")}
    params, _warnings = _task.prepare(_recording_media.BEHAVIOUR, given, {})
    transport = states("in-progress")
    with pytest.raises(InvalidArguments, match="it must be in a folder that exists"):
        _recording_media.wait(params, tasks.client(transport), _task.Task())  # type: ignore[arg-type]
    assert transport.sent == []


def test_dest_that_is_no_file_is_left_alone() -> None:
    os.mkfifo("pipe")
    with pytest.raises(InvalidArguments, match="it must be the path of a file or folder, and no device or pipe"):
        fetch(audio(), dest="pipe")
    assert Path("pipe").is_fifo()
