# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.description.calls import (
    LIST_CONNECTION_ACTIVE_CALLS,
)
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.description.recordings import (
    GET_TEXML_CALL_RECORDINGS,
    START_TEXML_CALL_RECORDING,
)
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.operation import (
    Request,
    build,
    form_of,
    option_name,
)


@pytest.mark.parametrize(
    ("sid", "segment"),
    [
        ("v3:KBnLO0ZK3D_h-t~.x", "v3:KBnLO0ZK3D_h-t~.x"),
        ("v3%3Aa", "v3%253Aa"),
        ("a/b", "a%2Fb"),
        ("../../x", "..%2F..%2Fx"),
        ("a?b#c%d e", "a%3Fb%23c%25d%20e"),
        ("é", "%C3%A9"),
        ("...", "..."),
        ("{account_sid}", "%7Baccount_sid%7D"),
    ],
)
def test_call_sid_is_one_segment(sid: str, segment: str) -> None:
    request = build(
        START_TEXML_CALL_RECORDING, "https://api.telnyx.com/v2/", {"account_sid": "x y", "call_sid": sid}, {}
    )
    assert request.url == f"https://api.telnyx.com/v2/texml/Accounts/x%20y/Calls/{segment}/Recordings.json"


def test_form_has_what_is_set_in_the_spelling_of_the_api() -> None:
    params = {
        "call_sid": ["a"],
        "play_beep": True,
        "send_recording_url": False,
        "recording_status_callback_event": ["in-progress", "completed"],
        "recording_channels": "single",
    }
    form = form_of(START_TEXML_CALL_RECORDING, params)
    request = build(START_TEXML_CALL_RECORDING, "https://e", {"account_sid": "a", "call_sid": "b"}, form)
    assert request == Request(
        "POST",
        "https://e/texml/Accounts/a/Calls/b/Recordings.json",
        "application/x-www-form-urlencoded",
        {
            "PlayBeep": "true",
            "RecordingChannels": "single",
            "RecordingStatusCallbackEvent": "in-progress completed",
            "SendRecordingUrl": "false",
        },
        {"account_sid": "a", "call_sid": "b"},
    )


@pytest.mark.parametrize(
    ("query", "sent"),
    [
        ({}, ""),
        ({"DateCreated": None}, ""),
        ({"PageSize": 50, "DateCreated": None}, "?PageSize=50"),
        ({"DateCreated": ">=2023-05-22T00:00:00Z"}, "?DateCreated=%3E%3D2023-05-22T00%3A00%3A00Z"),
        ({"Page": 0, "PageToken": "a+b/c d&é"}, "?Page=0&PageToken=a%2Bb%2Fc%20d%26%C3%A9"),
        ({"Beep": True, "Boop": False}, "?Beep=true&Boop=false"),
    ],
)
def test_query_has_what_is_set(query: dict[str, object], sent: str) -> None:
    request = build(GET_TEXML_CALL_RECORDINGS, "https://e", {"account_sid": "a"}, {}, query)
    assert request == Request(
        "GET",
        f"https://e/texml/Accounts/a/Recordings.json{sent}",
        None,
        {},
        {"account_sid": "a"},
        listed="recordings",
    )


def test_option_names() -> None:
    assert option_name("RecordingStatusCallbackMethod") == "recording_status_callback_method"
    assert option_name("SendRecordingUrl") == "send_recording_url"


def test_object_in_a_query_is_spelt_as_deep_object() -> None:
    request = build(
        LIST_CONNECTION_ACTIVE_CALLS, "https://e/v2", {"connection_id": "1/2"}, {}, {"page": {"limit": 250}}
    )
    assert request.url == "https://e/v2/connections/1%2F2/active_calls?page%5Blimit%5D=250"
