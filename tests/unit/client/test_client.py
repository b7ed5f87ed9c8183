# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import time
from typing import Any

import pytest
from ansible_collections.voiceops.telnyx.plugins.module_utils._base.errors import NoReply, RequestFailed
from ansible_collections.voiceops.telnyx.plugins.module_utils._client.client import MAX_ON_PAGE, Client
from ansible_collections.voiceops.telnyx.plugins.module_utils._modules import call_recording as _call_recording
from ansible_collections.voiceops.telnyx.plugins.module_utils._task import task as _task
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.operation import Request
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.reply import Reply
from support import tasks
from support.clock import Clock
from support.tasks import Answer, Scripted, params, reply

pytestmark = pytest.mark.usefixtures("clock")

GET = Request("GET", "https://e/v2/list.json", None, {}, listed="recordings")
POST = Request("POST", "https://e/v2/start.json", None, {})
QUICKLY = {"Retry_After": "0"}


def api(answer: Answer, seconds: float = 5, read_only: bool = False) -> tuple[Client, Scripted]:
    transport = Scripted(answer)
    return tasks.client(transport, seconds=seconds, check_mode=read_only), transport  # type: ignore[arg-type]


def first_then(*answers: Reply | NoReply) -> Answer:
    """Answer with these, one after the other; the last one is for all that follow."""
    left = list(answers)

    def answer(request: Request) -> Reply:
        one = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(one, NoReply):
            raise one
        return one

    return answer


@pytest.mark.parametrize("harmless", [reply({}, 429, **QUICKLY), NoReply("refused", sent=False)])
def test_what_had_no_effect_is_sent_again(harmless: Reply | NoReply) -> None:
    ours, transport = api(first_then(harmless, reply({"sid": "r"})))
    replies = [attempt.send() for attempt in ours.attempts(POST)]
    assert [one and one.status for one in replies] == [None, 200]
    assert len(transport.sent) == 2


@pytest.mark.parametrize("status", [200, 302, 400, 404, 409, 422, 500, 503])
def test_any_other_reply_is_final(status: int) -> None:
    ours, transport = api(lambda request: reply({}, status, **QUICKLY))
    assert ours.send(POST).status == status
    assert len(transport.sent) == 1


@pytest.mark.parametrize("failure", [NoReply("reset", sent=True), NoReply("certificate", sent=False, lasting=True)])
def test_other_failures_are_final(failure: NoReply) -> None:
    ours, transport = api(first_then(failure))
    with pytest.raises(NoReply, match=str(failure)):
        ours.send(POST)
    assert len(transport.sent) == 1


def test_refusals_end_with_the_time() -> None:
    ours, transport = api(lambda request: reply({}, 429, **QUICKLY), seconds=0.6)
    assert ours.send(POST).status == 429
    # After two pauses, of a quarter of a second each, too little is left for a third.
    assert len(transport.sent) == 3


def test_nothing_more_is_sent_while_the_api_is_closed() -> None:
    ours, transport = api(lambda request: reply({}, 429, Retry_After="300"))
    assert ours.send(POST).status == 429
    with pytest.raises(NoReply, match="asked to wait another 300 seconds, more than rate_limit_timeout") as caught:
        ours.send(POST)
    assert not caught.value.sent
    assert len(transport.sent) == 1


def test_check_mode_cannot_write() -> None:
    ours, transport = api(lambda request: reply({}), read_only=True)
    ours.send(GET)
    with pytest.raises(RuntimeError, match="POST in check mode"):
        ours.send(POST)
    assert transport.sent == [GET]


def pages(*bodies: Any) -> Answer:
    return first_then(*(reply(body) for body in bodies))


def test_list_has_all_pages() -> None:
    ours, transport = api(
        pages(
            {"recordings": [{"sid": "1"}], "next_page_uri": "/v2/list.json?Page=1&PageToken=x"},
            {"recordings": [{"sid": "2"}], "next_page_uri": None},
        )
    )
    assert list(ours.each(GET)) == [{"sid": "1"}, {"sid": "2"}]
    assert [one.url for one in transport.sent] == [GET.url, "https://e/v2/list.json?Page=1&PageToken=x"]


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/v2/list.json",
        "//evil.example/x",
        "http://e/v2/list.json?Page=1",
        "https://e:444/v2/list.json",
        "https://me@e/v2/list.json",
        "/v2/list.json",
        "/v2/telephony_credentials?Page=1",
        "/v2/../admin?Page=1",
        7,
        {"a": 1},
        "ftp:x",
        "http://[",
        "https://e:99999999/v2",
    ],
)
def test_list_leads_nowhere_else(link: Any) -> None:
    ours, transport = api(pages({"recordings": [], "next_page_uri": link}))
    with pytest.raises(RequestFailed):
        list(ours.each(GET))
    assert transport.sent == [GET]


def test_links_with_and_without_json_are_to_the_same_list() -> None:
    calls = GET._replace(url="https://e/v2/Calls", listed="calls")
    ours, transport = api(
        pages(
            {"calls": [{"sid": "1"}], "next_page_uri": "/v2/Calls.json?Page=1"},
            {"calls": [{"sid": "2"}], "next_page_uri": "/v2/Calls?Page=2"},
            {"calls": []},
        )
    )
    assert [one["sid"] for one in ours.each(calls)] == ["1", "2"]
    assert [one.url for one in transport.sent] == [
        "https://e/v2/Calls",
        "https://e/v2/Calls.json?Page=1",
        "https://e/v2/Calls?Page=2",
    ]


def test_list_by_cursor() -> None:
    active = GET._replace(url="https://e/v2/connections/1/active_calls?page%5Blimit%5D=1", listed="data")
    ours, transport = api(
        pages(
            {"data": [{"call_control_id": "1"}], "meta": {"next": "/v2/connections/1/active_calls?page[after]=x"}},
            {"data": [], "meta": {"next": None}},
        )
    )
    assert list(ours.each(active)) == [{"call_control_id": "1"}]
    assert transport.sent[1].url == "https://e/v2/connections/1/active_calls?page[after]=x"


@pytest.mark.parametrize(
    "meta", [{"next": "/v2/connections/2/active_calls"}, {"next": "/v2/connections/1/active_calls"}, {"next": 7}]
)
def test_cursor_leads_nowhere_else(meta: Any) -> None:
    active = GET._replace(url="https://e/v2/connections/1/active_calls", listed="data")
    ours, transport = api(lambda request: reply({"data": [], "meta": meta}))
    with pytest.raises(RequestFailed, match="never ends"):
        list(ours.each(active))
    assert transport.sent == [active]


def test_list_that_never_ends() -> None:
    numbers = iter(range(10_000))
    ours, transport = api(lambda request: reply({"recordings": [], "next_page_uri": f"/v2/list.json?{next(numbers)}"}))
    with pytest.raises(RequestFailed, match="never ends"):
        list(ours.each(GET, 30))
    assert len(transport.sent) == 30


def test_page_that_is_too_full() -> None:
    ours, _transport = api(pages({"recordings": [{}] * (MAX_ON_PAGE + 1)}))
    with pytest.raises(RequestFailed, match="A page of the API's list has 1001 recordings"):
        list(ours.each(GET))


@pytest.mark.parametrize("url", [GET.url, f"{GET.url}?DateCreated=x"])
def test_size_of_the_pages_is_asked_for(url: str) -> None:
    ours, transport = api(
        pages(
            {"recordings": [{}] * 3, "next_page_uri": "/v2/list.json?Page=1&PageSize=3"},
            {"recordings": [{}], "next_page_uri": "/v2/list.json?Page=2"},
            {"recordings": [{}]},
        )
    )
    assert len(list(ours.each(GET._replace(url=url), size=500))) == 5
    assert [one.url for one in transport.sent] == [
        url + ("&" if "?" in url else "?") + "PageSize=500",
        "https://e/v2/list.json?Page=1&PageSize=3",
        "https://e/v2/list.json?Page=2",
    ]


@pytest.mark.parametrize("refusal", [reply({}, 400), reply({}, 422), Reply(200, {}, None)])
def test_size_that_is_refused(refusal: Reply) -> None:
    ours, transport = api(first_then(refusal, reply({"recordings": [{}]})))
    assert list(ours.each(GET, size=500)) == [{}]
    assert [one.url for one in transport.sent] == [f"{GET.url}?PageSize=500", GET.url]


def test_list_that_is_refused_whatever_its_size() -> None:
    ours, transport = api(lambda request: reply({}, 422))
    with pytest.raises(RequestFailed, match="answered 422"):
        list(ours.each(GET, size=500))
    assert len(transport.sent) == 2


@pytest.mark.parametrize("answer", [reply({}, 401), reply({}, 404), reply({}, 500), NoReply("reset", sent=True)])
def test_other_failures_are_not_about_the_size(answer: Reply | NoReply) -> None:
    ours, transport = api(first_then(answer))
    with pytest.raises(RequestFailed):
        list(ours.each(GET, size=500))
    assert len(transport.sent) == 1


def test_later_page_that_is_refused_is_not_asked_for_again() -> None:
    ours, transport = api(
        first_then(reply({"recordings": [], "next_page_uri": "/v2/list.json?Page=1"}), reply({}, 422))
    )
    with pytest.raises(RequestFailed, match="answered 422"):
        list(ours.each(GET, size=500))
    assert len(transport.sent) == 2


def test_link_in_another_spelling_of_the_path() -> None:
    ours, transport = api(pages({"recordings": [], "next_page_uri": "/v2/l%69st.json?Page=1"}, {"recordings": [{}]}))
    assert list(ours.each(GET)) == [{}]
    assert len(transport.sent) == 2


@pytest.mark.parametrize("body", [{}, {"recordings": 7}, {"recordings": [7]}, {"recordings": None}, [], "x", None])
def test_list_that_is_none(body: Any) -> None:
    ours, _transport = api(pages(body))
    with pytest.raises(RequestFailed):
        list(ours.each(GET))


def test_list_that_is_refused() -> None:
    ours, _transport = api(lambda request: reply({}, 401))
    with pytest.raises(RequestFailed, match="answered 401") as caught:
        list(ours.each(GET))
    assert caught.value.failure.http_status == 401


def test_ended_task_sends_nothing() -> None:
    ours, transport = api(lambda request: reply({}))
    ours.stop()
    with pytest.raises(NoReply, match="task ended") as caught:
        ours.send(POST)
    assert not caught.value.sent
    assert transport.sent == []


def test_pause_that_is_announced_before_the_sending(clock: Clock) -> None:
    ours, transport = api(lambda request: reply({}))
    attempts = ours.attempts(POST)
    first = next(attempts)
    # Another worker's reply comes while the intent is being written.
    ours.rate_limit.accepted(time.monotonic(), {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "0.3"})
    assert first.send() is None
    assert (transport.sent, clock.passed) == ([], 0)
    assert next(attempts).send()
    assert clock.passed == pytest.approx(0.3)
    assert list(attempts) == []


def test_task_that_is_interrupted_sends_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[Client] = []

    def interrupted(params: Any, api: Client, *_rest: Any) -> None:
        kept.append(api)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _task.execute(
            _call_recording.BEHAVIOUR._replace(run=interrupted), params(base_url="http://127.0.0.1:9/v2"), _task.Task()
        )
    with pytest.raises(NoReply, match="task ended"):
        kept[0].send(POST)
