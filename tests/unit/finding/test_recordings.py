# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The recordings of calls, in as few requests as possible."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from ansible_collections.voiceops.telnyx.plugins.module_utils._finding import recordings as _recordings
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.operation import Request
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.reply import Reply
from support import tasks
from support.tasks import Scripted, reply

DATE = "2026-11-22T10:00:00Z"


def calls(count: int, start_time: str | None = DATE) -> list[dict[str, Any]]:
    return [{"sid": f"v3:{number}", "start_time": start_time} for number in range(count)]


class Service:
    """An account with recordings, of which all that were ever made are listed if `ignores_dates`."""

    def __init__(self, recordings: list[dict[str, Any]]) -> None:
        self.recordings = recordings

    def __call__(self, request: Request) -> Reply:
        parts = urlsplit(request.url)
        if "/Calls/" in parts.path:
            sid = parts.path.split("/")[-2]
            return reply({"recordings": [one for one in self.recordings if one["call_sid"] == sid]})
        number = int(parse_qs(parts.query).get("Page", ["0"])[0])
        rest = self.recordings[number * 1000 :]
        following = f"{parts.path}?Page={number + 1}" if len(rest) > 1000 else None
        return reply({"recordings": rest[:1000], "next_page_uri": following})


def found(service: Service, wanted: list[dict[str, Any]]) -> tuple[list[list[str]], int]:
    transport = Scripted(service)
    result = _recordings.with_recordings(wanted, tasks.client(transport), 4, [])
    return [[one["sid"] for one in call["recordings"]] for call in result], len(transport.sent)


def made(count: int, **more: Any) -> list[dict[str, Any]]:
    return [{"sid": f"r-{number}", "call_sid": f"v3:{number}", "date_created": DATE, **more} for number in range(count)]


@pytest.mark.parametrize(
    ("recordings", "wanted", "requests"),
    [
        # One call takes one request either way.
        (made(5), calls(1), 1),
        (made(50), calls(50), 1),
        (made(900), calls(3), 1),
        # The list of the account would take more.
        (made(5000), calls(3), 1 + 3),
        # The time of a call is not known, so neither is where the list would have to begin.
        (made(3), calls(3, None), 3),
    ],
)
def test_as_few_requests_as_possible(recordings: list[Any], wanted: list[Any], requests: int) -> None:
    expected = [[f"r-{number}"] for number in range(len(wanted))]
    assert found(Service(recordings), wanted) == (expected, requests)


def test_account_with_some_pages() -> None:
    recordings = made(2500)
    for number, one in enumerate(recordings):
        one["date_created"] = f"2026-11-{23 - number * 12 // 2500:02}T10:00:00Z"
    sids, requests = found(Service(recordings), calls(2500))
    assert (sids, requests) == ([[f"r-{number}"] for number in range(2500)], 3)


def test_recordings_without_a_call_or_of_another_are_nobodys() -> None:
    odd = [{**one, "call_sid": strange} for one, strange in zip(made(4), (None, 7, ["v3:0"], "v3:9"))]
    assert found(Service([*odd, {**made(1)[0], "call_sid": "v3%3A0"}]), calls(2)) == ([["r-0"], []], 1)


def test_calls_whose_recordings_cannot_be_fetched() -> None:
    failures: list[str] = []
    client = tasks.client(Scripted(lambda request: reply({}, 404)))
    assert [one["recordings"] for one in _recordings.with_recordings(calls(2, None), client, 4, failures)] == [None] * 2
    assert len(failures) == 2
