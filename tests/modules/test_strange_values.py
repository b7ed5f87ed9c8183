# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values that Ansible itself would stumble over, through every entry point."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support import raw_server, runs
from support.entry_points import RunTask

# Ansible reads these in a module's result, and fails, or takes them out.
MARKED: dict[str, Any] = {
    "sid": "r",
    "__ansible_type": "TaggedStr",
    "new": [{"__ansible_type": "WarningSummary"}, {"__ansible_unsafe": 7, "__ansible_vault": "x"}],
    "_ansible_no_log": True,
}
PLAIN = {
    "sid": "r",
    "ansible_type": "TaggedStr",
    "new": [{"ansible_type": "WarningSummary"}, {"ansible_unsafe": 7, "ansible_vault": "x"}],
    "ansible_no_log": True,
}


def args(server: raw_server.RawServer, call_sid: str = "v3:a") -> dict[str, Any]:
    return {"api_key": runs.KEY, "account_sid": "a", "base_url": server.base_url, "call_sid": call_sid}


@pytest.mark.parametrize(
    ("call_sid", "fact"), [pytest.param("v3:a", "v3:a", marks=pytest.mark.long), ("__ansible_type", "ansible_type")]
)
def test_names_of_ansible_in_a_recording(run_task: RunTask, call_sid: str, fact: str) -> None:
    with raw_server.serving(raw_server.reply("200 OK", json.dumps(MARKED).encode())) as server:
        result = run_task(args(server, call_sid))
    assert result["changed"]
    assert result["recordings"] == [PLAIN]
    assert result["ansible_facts"] == {
        "telnyx_call_recordings": {fact: PLAIN},
        "telnyx_call_recording": PLAIN,
    }


def test_names_of_ansible_in_an_error(run_task: RunTask) -> None:
    body = json.dumps({"errors": [{**MARKED, "detail": "No."}], "__ansible_type": "x"}).encode()
    with raw_server.serving(raw_server.reply("404 Not Found", body)) as server:
        result = run_task(args(server))
    assert result["failed"]
    assert result["outcomes"][0]["errors"] == [{**PLAIN, "detail": "No."}]


@pytest.mark.parametrize(
    ("variable", "said"),
    [
        ("TELNYX_API_KEY", "api_key is malformed (its value is not shown); it must be a key of visible ASCII"),
        pytest.param(
            "TELNYX_ACCOUNT_SID",
            r"account_sid is 'a\udcff'; it must be a SID that is not blank",
            marks=pytest.mark.long,
        ),
        pytest.param(
            "TELNYX_BASE_URL", r"base_url is 'a\udcff'; it must be an absolute https URL", marks=pytest.mark.long
        ),
    ],
)
def test_variable_that_is_not_in_utf_8(run_task: RunTask, variable: str, said: str) -> None:
    option = variable[7:].lower()
    given = {"api_key": runs.KEY, "account_sid": "a", "call_sid": "v3:a"}
    given.pop(option, None)
    result = run_task(given, **{variable: "a\udcff"})
    assert result["failed"]
    assert result["msg"].startswith(f"Nothing was sent. {said}")
    assert [one["argument"] for one in result["argument_errors"]] == [option]
