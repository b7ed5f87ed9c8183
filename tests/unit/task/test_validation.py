# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is remembered from item to item of a loop never hides a fault."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.voiceops.telnyx.plugins.module_utils._modules import call_recording as _call_recording
from ansible_collections.voiceops.telnyx.plugins.module_utils._task import task as _task
from ansible_collections.voiceops.telnyx.plugins.module_utils._task import validation as _validation
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.description.recordings import (
    START_TEXML_CALL_RECORDING,
    START_TEXML_CALL_RECORDING_REPLY,
)

RESPONSE = START_TEXML_CALL_RECORDING_REPLY
RIGHT = {"sid": "r", "channels": 2, "track": "both", "duration": None, "date_created": "2026-11-22T16:32:38Z"}
GIVEN = {"api_key": "KEY-1", "account_sid": "a", "call_sid": "v3:a", "timeout": 1}


def differences(*replies: dict[str, Any], schema: dict[str, Any] | None = None) -> list[str]:
    return _validation.check_replies(schema or RESPONSE, replies)


@pytest.mark.parametrize(
    "change",
    [
        {"sid": 7},
        {"sid": None},
        {"channels": 3},
        {"channels": True},
        {"channels": "2"},
        {"channels": [2]},
        {"channels": {}},
        {"track": "none"},
        {"track": None},
        {"duration": 1},
        {"date_created": 1.5},
        {"error_code": []},
    ],
)
def test_wrong_reply_after_a_right_one(change: dict[str, Any]) -> None:
    wrong = differences(RIGHT, {**RIGHT, **change}, RIGHT)
    assert len(set(wrong)) == 1
    assert wrong[0].startswith(next(iter(change)))
    assert differences({**RIGHT, **change}) == wrong
    assert differences(RIGHT) == []


def test_replies_of_one_shape_are_reviewed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    reviewed: list[dict[str, Any]] = []
    schema = {**RESPONSE}
    validator = _validation._validator((schema,), lambda: schema)

    def iter_errors(reply: dict[str, Any]) -> list[Any]:
        reviewed.append(reply)
        return []

    monkeypatch.setattr(type(validator), "iter_errors", lambda _self, reply: iter_errors(reply))
    differences(*({**RIGHT, "sid": f"r-{number}"} for number in range(100)), schema=schema)
    differences({**RIGHT, "sid": "other"}, {**RIGHT, "track": "inbound"}, schema=schema)
    assert [one["track"] for one in reviewed] == ["both", "inbound"]


@pytest.mark.parametrize(
    "part",
    [{"type": "string", "pattern": "^r$"}, {"type": "string", "format": "uri"}, {"type": "string", "maxLength": 1}],
)
def test_shape_is_no_shape_where_the_value_matters(part: dict[str, Any]) -> None:
    schema = {"type": "object", "properties": {"sid": part}}
    right = "https://e.example/" if "format" in part else "r"
    assert len(differences({"sid": right}, {"sid": "not r"}, schema=schema)) == 1


def test_number_that_is_no_integer() -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}}
    assert len(differences({"n": 1}, {"n": 1.0}, {"n": 1.5}, schema=schema)) == 1


def faults(**options: Any) -> list[str]:
    try:
        _task.prepare(_call_recording.BEHAVIOUR, {**GIVEN, **options}, {})
    except _task.CannotRun as error:
        return [fault["path"] for fault in error.result["argument_errors"]]
    return []


def test_wrong_options_after_right_ones() -> None:
    assert faults() == []
    assert faults(timeout=0, recording_track="none") == ["timeout", "recording_track"]
    assert faults(timeout=0) == ["timeout"]
    assert faults(call_sid=["v3:a", ".."]) == ["call_sid[1]"]
    assert faults() == []


def test_value_of_another_type_is_checked() -> None:
    options, operations = _call_recording.OPTIONS, (START_TEXML_CALL_RECORDING,)
    assert _validation.check_arguments(operations, options, {"timeout": 1}) == []
    assert len(_validation.check_arguments(operations, options, {"timeout": True})) == 1


def test_validator_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert faults() == []

    def made(schema: dict[str, Any]) -> Any:
        raise AssertionError("a validator was made")

    monkeypatch.setattr(_validation, "_new_validator", made)
    assert faults(call_sid="v3:b") == []
