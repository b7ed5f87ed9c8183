# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The media host of the simulator: real audio, links that expire, byte ranges, and what goes wrong with them."""

from __future__ import annotations

import io
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from simulator.misbehaviour import MEDIA_KINDS
from support.simulator_api import HEADERS, later, own, running

CONFERENCE = "cd5a70f4-759b-4d5e-9c06-88c00f16f3c1"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    directory = tmp_path_factory.mktemp("simulator") / "state"
    with running(directory, conferences=[{"sid": CONFERENCE, "recordings": 2}]) as base_url:
        yield base_url


@pytest.fixture
def api(shared: str) -> Iterator[str]:
    """Return the base URL of a simulator that behaves again after each test."""
    yield shared
    media_is(shared)


def media_is(api: str, *kinds: str) -> None:
    assert own(api, "PUT", "misbehaviour", media=list(kinds)).status_code == 200


def completed(api: str, form: str = "") -> dict[str, Any]:
    """Return a recording that is complete."""
    url = f"{api}/texml/Accounts/account"
    sid = requests.post(f"{url}/Calls/v3:live/Recordings.json", data=form, headers=HEADERS, timeout=10).json()["sid"]
    assert own(api, "PATCH", f"recordings/{sid}", status="completed").status_code == 200
    return look(api, sid)


def look(api: str, sid: str) -> dict[str, Any]:
    url = f"{api}/texml/Accounts/account/Recordings/{sid}.json"
    return dict(requests.get(url, headers=HEADERS, timeout=10).json())


def fetch(url: str, **headers: str) -> requests.Response:
    return requests.get(url, headers={name.replace("_", "-"): value for name, value in headers.items()}, timeout=10)


def ledger(api: str) -> list[dict[str, Any]]:
    return list(own(api, "GET", "media").json()["requests"])


@pytest.mark.parametrize(("form", "channels"), [("RecordingChannels=single", 1), ("", 2)])
def test_audio_is_a_wav_of_the_length_and_channels_that_the_recording_says(api: str, form: str, channels: int) -> None:
    recording = completed(api, form)
    reply = fetch(recording["media_url"])
    assert reply.status_code == 200
    assert reply.headers["Content-Type"] == "audio/wav"
    assert reply.headers["Content-Length"] == str(len(reply.content))
    assert reply.headers["Accept-Ranges"] == "bytes"
    assert reply.headers["ETag"].strip('"')
    assert reply.headers["Server"] == "voiceops.telnyx simulator"
    with wave.open(io.BytesIO(reply.content)) as audio:
        assert audio.getnchannels() == recording["channels"] == channels
        assert audio.getnframes() / audio.getframerate() == int(recording["duration"])
        frames = audio.readframes(audio.getnframes())
    samples = memoryview(frames).cast("h")
    assert 500 < max(samples) < 5000, "a tone that can be heard, and is quiet"
    assert len(samples) == audio.getframerate() * channels


def test_audio_is_as_long_as_a_conference(api: str) -> None:
    url = f"{api}/texml/Accounts/account/Conferences/{CONFERENCE}/Recordings"
    first, second = requests.get(url, headers=HEADERS, timeout=10).json()["recordings"]
    contents = [fetch(one["media_url"]).content for one in (first, second)]
    for content in contents:
        with wave.open(io.BytesIO(content)) as audio:
            assert audio.getnframes() == 5 * audio.getframerate()
    assert contents[0] != contents[1], "each recording has its own"


def test_media_is_another_host_than_the_api(api: str) -> None:
    media = urlsplit(completed(api)["media_url"])
    assert (media.scheme, media.hostname) == ("http", "127.0.0.1")
    assert media.port != urlsplit(api).port
    # Neither host has what the other one has.
    assert fetch(f"http://{media.netloc}/v2/texml/Accounts/account/Recordings.json", **HEADERS).status_code == 404
    assert fetch(f"http://{media.netloc}/simulator/ledger").status_code == 404
    assert fetch(f"http://{urlsplit(api).netloc}{media.path}?{media.query}").status_code == 404


def test_every_look_has_a_new_link_and_all_have_the_same_audio(api: str) -> None:
    first = completed(api)
    later(api, 0.01)
    second = look(api, first["sid"])
    assert first["media_url"] != second["media_url"]
    replies = [fetch(one["media_url"]) for one in (first, second)]
    assert replies[0].content == replies[1].content
    assert replies[0].headers["ETag"] == replies[1].headers["ETag"]


def test_links_expire(tmp_path: Path) -> None:
    with running(tmp_path / "state", media_seconds=3600) as api:
        recording = completed(api)
        assert fetch(recording["media_url"]).status_code == 200
        later(api, 3600)
        assert fetch(recording["media_url"]).status_code == 403
        assert fetch(look(api, recording["sid"])["media_url"]).status_code == 200
        assert [one["status"] for one in ledger(api)] == [200, 403, 200]


def test_links_cannot_be_changed(api: str) -> None:
    link, other = completed(api)["media_url"], completed(api)
    address, _mark, query = link.partition("?")
    expires = query.split("&")[0]
    for wrong in (
        address,
        f"{address}?{expires}",
        f"{link}0",
        link.replace(expires, "expires=9999999999"),
        link.replace(expires, "expires=never"),
        f"{address}?{urlsplit(other['media_url']).query}",
    ):
        assert fetch(wrong).status_code == 403, wrong


def test_audio_of_a_recording_that_is_deleted_or_goes_on(api: str) -> None:
    deleted, resumed = completed(api), completed(api)
    url = f"{api}/texml/Accounts/account/Recordings/{deleted['sid']}.json"
    assert requests.delete(url, headers=HEADERS, timeout=10).status_code == 204
    own(api, "PATCH", f"recordings/{resumed['sid']}", status="in-progress")
    assert [fetch(one["media_url"]).status_code for one in (deleted, resumed)] == [404, 404]


@pytest.mark.parametrize(
    ("wanted", "first", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=100-199", 100, 200),
        ("bytes=16000-", 16000, None),
        ("bytes=-7", -7, None),
        ("bytes=-99999999", 0, None),
        ("bytes=5-99999999", 5, None),
        ("bytes=5-" + "9" * 5000, 5, None),
        ("bytes=-" + "9" * 5000, 0, None),
        ("bytes=" + "0" * 5000 + "5-7", 5, 8),
    ],
)
def test_range(api: str, wanted: str, first: int, end: int | None) -> None:
    url = completed(api)["media_url"]
    whole = fetch(url).content
    reply = fetch(url, Range=wanted)
    assert reply.status_code == 206
    assert reply.content == whole[first:end]
    begin = first % len(whole)
    span = f"bytes {begin}-{begin + len(reply.content) - 1}/{len(whole)}"
    assert reply.headers["Content-Range"] == span
    assert reply.headers["Content-Length"] == str(len(reply.content))
    assert reply.headers["Content-Type"] == "audio/wav"
    assert reply.headers["ETag"] == fetch(url).headers["ETag"]


@pytest.mark.parametrize("wanted", ["bytes=32044-", "bytes=99999999-", "bytes=-0", "bytes=" + "9" * 5000 + "-"])
def test_range_that_is_not_there(api: str, wanted: str) -> None:
    url = completed(api)["media_url"]
    size = len(fetch(url).content)
    assert size == 32044
    reply = fetch(url, Range=wanted)
    assert (reply.status_code, reply.headers["Content-Range"]) == (416, f"bytes */{size}")


@pytest.mark.parametrize("wanted", ["bytes=9-5", "bytes=-", "bytes=a-b", "pages=1-2", "bytes=0-1,5-6"])
def test_what_is_no_range_is_ignored(api: str, wanted: str) -> None:
    url = completed(api)["media_url"]
    reply = fetch(url, Range=wanted)
    assert (reply.status_code, reply.content) == (200, fetch(url).content)


def test_if_range(api: str) -> None:
    url = completed(api)["media_url"]
    whole = fetch(url)
    same = fetch(url, Range="bytes=10-", If_Range=whole.headers["ETag"])
    assert (same.status_code, same.content) == (206, whole.content[10:])
    for other in ('"other"', f"W/{whole.headers['ETag']}", "Fri, 11 Aug 2023 19:12:11 GMT"):
        reply = fetch(url, Range="bytes=10-", If_Range=other)
        assert (reply.status_code, reply.content) == (200, whole.content)
        # A range that is of another version is not one that cannot be satisfied.
        assert fetch(url, Range="bytes=99999999-", If_Range=other).status_code == 200


def test_head(api: str) -> None:
    url = completed(api)["media_url"]
    reply, whole = requests.head(url, headers={"Range": "bytes=5-"}, timeout=10), fetch(url)
    assert (reply.status_code, reply.content) == (200, b"")
    for name in ("Content-Length", "Content-Type", "ETag", "Accept-Ranges"):
        assert reply.headers[name] == whole.headers[name]


def test_ledger_says_whether_a_key_came(api: str) -> None:
    recording = completed(api)
    before, api_before = len(ledger(api)), own(api, "GET", "ledger").json()
    fetch(recording["media_url"])
    fetch(recording["media_url"], Authorization="Bearer KEY-1", Range="bytes=3-")
    fetch(recording["media_url"].partition("?")[0] + "/other")
    found = ledger(api)[before:]
    assert [one["authorization"] for one in found] == [False, True, False]
    assert [one["status"] for one in found] == [200, 206, 404]
    assert [one["recording"] for one in found] == [recording["sid"], recording["sid"], None]
    assert ["range", "bytes=3-"] in found[1]["headers"]
    assert ["authorization", "Bearer ********"] in found[1]["headers"]
    assert "KEY-1" not in str(found)
    assert own(api, "GET", "ledger").json() == api_before


def test_truncated_and_continued(api: str) -> None:
    url = completed(api)["media_url"]
    whole = fetch(url)
    media_is(api, "media_truncated", "none", "media_truncated")
    body = b""
    with requests.get(url, timeout=10, stream=True) as reply:
        assert (reply.status_code, reply.headers["Content-Length"]) == (200, str(len(whole.content)))
        with pytest.raises(requests.exceptions.ChunkedEncodingError):  # noqa: PT012 - it breaks off on the way
            for piece in reply.iter_content(1000):
                body += piece
    assert 0 < len(body) < len(whole.content)
    rest = fetch(url, Range=f"bytes={len(body)}-", If_Range=reply.headers["ETag"])
    assert rest.status_code == 206
    assert body + rest.content == whole.content
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        fetch(url, Range="bytes=10-")
    assert fetch(url).content == whole.content
    assert [one["misbehaviour"] for one in ledger(api)[-4:]] == ["media_truncated", None, "media_truncated", None]


def test_wrong(api: str) -> None:
    url = completed(api)["media_url"]
    media_is(api, "media_wrong")
    reply = fetch(url)
    assert reply.status_code == 200
    assert reply.headers["Content-Type"].startswith("text/html")
    assert "<html>" in reply.text
    assert fetch(url).headers["Content-Type"] == "audio/wav"


def test_no_ranges(api: str) -> None:
    url = completed(api)["media_url"]
    media_is(api, "media_no_ranges")
    reply = fetch(url, Range="bytes=10-")
    assert reply.status_code == 200
    assert not {"Accept-Ranges", "ETag", "Content-Range"} & set(reply.headers)
    assert reply.content == fetch(url).content


def test_only_good_requests_are_counted_and_from_each_put(api: str) -> None:
    url = completed(api)["media_url"]
    for _time in range(2):
        media_is(api, "none", "media_wrong")
        before = len(ledger(api))
        for wanted in (f"{url}0", url, f"{url}0", url, url):
            fetch(wanted)
        found = [(one["status"], one["misbehaviour"]) for one in ledger(api)[before:]]
        assert found == [(403, None), (200, None), (403, None), (200, "media_wrong"), (200, None)]


def test_chance_is_not_for_the_media(api: str) -> None:
    url = completed(api)["media_url"]
    assert own(api, "PUT", "misbehaviour", chance=1).status_code == 200
    assert fetch(url).status_code == 200
    assert len(MEDIA_KINDS) == 3
