# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import copy
import importlib
import json
import re
from pathlib import Path
from typing import Any

import generate_openapi
import pytest
import yaml
from openapi_spec_validator import validate

TEXT = generate_openapi.DESCRIPTION.read_text(encoding="utf-8")
DOCUMENT = yaml.load(TEXT, generate_openapi.SafeLoader)
START = DOCUMENT["paths"]["/texml/Accounts/{account_sid}/Calls/{call_sid}/Recordings.json"]["post"]

# The schemas of the replies, by operation.
REPLIES = {name: one["response"] for name, one in generate_openapi.Description(DOCUMENT).operations().items()}

DELETE = "paths /texml/Accounts/{account_sid}/Recordings/{recording_sid}.json delete"


def changed(change: str, value: object) -> str:
    """Return the description with one more or another value, at a path of keys."""
    document = copy.deepcopy(DOCUMENT)
    *keys, last = change.split(" ")
    node = document
    for key in keys:
        node = node[key]
    node[last] = value
    # JSON is YAML, and faster to write.
    return json.dumps(document)


def test_description_is_valid_openapi() -> None:
    validate(DOCUMENT)


def test_generated_files_are_up_to_date() -> None:
    found = {path.name: path.read_text(encoding="utf-8") for path in generate_openapi.TARGET.glob("*.py")}
    del found["__init__.py"]
    assert found == generate_openapi.generate(TEXT)


def test_same_description_gives_same_source() -> None:
    assert generate_openapi.generate(TEXT) == generate_openapi.generate(TEXT)


def test_only_schemas_that_a_task_reads_are_carried_to_the_host() -> None:
    source = "".join(generate_openapi.generate(TEXT).values())
    assert re.findall(r"^(\w+)_REPLY = ", source, re.MULTILINE) == ["START_TEXML_CALL_RECORDING"]
    assert "transcription_text" not in source


def test_annotations_do_not_matter() -> None:
    assert generate_openapi.generate(changed("components schemas PlayBeep description", "Other words.")) == (
        generate_openapi.generate(TEXT)
    )


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ("components schemas PlayBeep multipleOf", 2),
        ("components schemas StartRecordingForm additionalProperties", False),
        ("components schemas StartRecordingForm required", ["PlayBeep"]),
        ("components schemas RecordingList properties recordings minItems", 1),
        ("components parameters CallSid allowReserved", True),
        ("components parameters Page schema multipleOf", 2),
        ("components responses Deleted headers", {}),
        ("components requestBodies StartRecording required", True),
        ("components responses StartedRecording headers", {}),
    ],
)
def test_unknown_keyword_is_refused(change: str, value: object) -> None:
    with pytest.raises(generate_openapi.Unsupported, match=f"unknown keyword {change.split(' ')[-1]}"):
        generate_openapi.generate(changed(change, value))


@pytest.mark.parametrize(
    ("change", "value", "message"),
    [
        ("components schemas PlayBeep", {"$ref": "#/components/schemas/PlayBeep"}, "cannot follow"),
        ("components schemas PlayBeep", {"$ref": "other.yml#/PlayBeep"}, "cannot follow"),
        ("components schemas PlayBeep", {"$ref": "#/components/schemas/Nothing"}, "nothing stands at"),
        ("components schemas PlayBeep", {"$ref": "#/components/schemas/Sid", "type": "string"}, "cannot follow"),
        ("components parameters CallSid in", "query", "must not be in a query"),
        ("components parameters CallSid in", "header", "is in 'header', where only path and query"),
        ("components parameters CallSid required", False, "must be required in a path"),
        ("components parameters CallSid name", "sid", "the path and its parameters differ"),
        ("components parameters Page in", "path", "must be required in a path"),
        ("components parameters Page required", True, "must not be in a query"),
        ("components parameters Page schema", {"type": "array", "items": {"type": "string"}}, "no one spelling"),
        ("components parameters Page schema", {}, "no one spelling"),
        ("components parameters Page explode", True, "no one spelling"),
        ("components parameters CallSid style", "matrix", "no one spelling"),
        ("components parameters ActiveCallsPage explode", False, "no one spelling"),
        ("components parameters ActiveCallsPage style", "form", "no one spelling"),
        ("components schemas ConferenceRecordingList properties participants items properties", {}, "are lists"),
        (f"{DELETE} tags", ["Recordings", "Calls"], "exactly one tag"),
        (f"{DELETE} tags", [], "exactly one tag"),
        ("components responses Deleted content", {}, "unknown keyword content"),
        (f"{DELETE} responses", {"404": {}}, "no success, where 200 or 204"),
        (f"{DELETE} responses", {"200": {}, "204": {}}, "200 and 204, where 200 or 204"),
        (f"{DELETE} responses", {"202": {}}, "202, where 200 or 204"),
        (f"{DELETE} operationId", "GetTeXMLCallRecording", "another operation is GET_TEXML_CALL_RECORDING, too"),
        (f"{DELETE} operationId", "GetTexmlCallRecording", "another operation is GET_TEXML_CALL_RECORDING, too"),
        ("components requestBodies StartRecording content", {}, "0 content types"),
        ("servers", [{"url": "https://a"}, {"url": "https://b"}], "2 servers"),
    ],
)
def test_what_cannot_be_carried_over_is_refused(change: str, value: object, message: str) -> None:
    with pytest.raises(generate_openapi.Unsupported, match=message):
        generate_openapi.generate(changed(change, value))


def test_check_fails_on_a_stale_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    description, target = tmp_path / "texml.yml", tmp_path / "description"
    target.mkdir()
    description.write_text(TEXT, encoding="utf-8")
    monkeypatch.setattr(generate_openapi, "ROOT", tmp_path)
    monkeypatch.setattr(generate_openapi, "DESCRIPTION", description)
    monkeypatch.setattr(generate_openapi, "TARGET", target)
    monkeypatch.setattr("sys.argv", ["generate_openapi.py", "--check"])
    assert generate_openapi.main() == 1
    monkeypatch.setattr("sys.argv", ["generate_openapi.py"])
    assert generate_openapi.main() == 0
    monkeypatch.setattr("sys.argv", ["generate_openapi.py", "--check"])
    assert generate_openapi.main() == 0
    description.write_text(changed("components schemas RecordingTrack enum", ["inbound"]), encoding="utf-8")
    assert generate_openapi.main() == 1
    assert "description/recordings.py is stale" in capsys.readouterr().err
    monkeypatch.setattr("sys.argv", ["generate_openapi.py"])
    assert generate_openapi.main() == 0
    (target / "faxes.py").touch()
    monkeypatch.setattr("sys.argv", ["generate_openapi.py", "--check"])
    assert generate_openapi.main() == 1
    assert "description/faxes.py is stale" in capsys.readouterr().err


def test_start_operation_is_as_the_vendor_specifies() -> None:
    """The facts of the vendor's specification of StartTeXMLCallRecording, one by one."""
    namespace = _generated()
    start = namespace["START_TEXML_CALL_RECORDING"]
    assert namespace["BASE_URL"] == "https://api.telnyx.com/v2"
    assert start.method == "POST"
    assert start.path == "/texml/Accounts/{account_sid}/Calls/{call_sid}/Recordings.json"
    assert start.content_type == "application/x-www-form-urlencoded"
    assert {name: part["type"] for name, part in start.parameters["properties"].items()} == {
        "account_sid": "string",
        "call_sid": "string",
    }
    vendors = ("type", "enum", "format", "default")
    form = start.request["properties"]
    assert {name: {key: part[key] for key in vendors if key in part} for name, part in form.items()} == {
        "PlayBeep": {"type": "boolean", "default": True},
        "RecordingStatusCallbackEvent": {"type": "string"},
        "RecordingStatusCallback": {"type": "string", "format": "uri"},
        "RecordingStatusCallbackMethod": {"type": "string", "default": "POST", "enum": ["GET", "POST"]},
        "RecordingChannels": {"type": "string", "enum": ["single", "dual"], "default": "dual"},
        "RecordingTrack": {"type": "string", "enum": ["inbound", "outbound", "both"]},
        "SendRecordingUrl": {"type": "boolean", "default": True},
    }
    nullable = ["string", "null"]
    date = {"type": "string", "format": "date-time"}
    assert namespace["START_TEXML_CALL_RECORDING_REPLY"] == REPLIES["START_TEXML_CALL_RECORDING"]
    assert REPLIES["START_TEXML_CALL_RECORDING"] == {
        "type": "object",
        "properties": {
            "account_sid": {"type": "string"},
            "call_sid": {"type": "string"},
            "conference_sid": {"type": nullable, "format": "uuid"},
            "channels": {"type": "integer", "enum": [1, 2], "default": 2},
            "date_created": date,
            "date_updated": date,
            "start_time": date,
            "price": {"type": nullable},
            "price_unit": {"type": nullable},
            "duration": {"type": nullable},
            "sid": {"type": "string"},
            "source": {
                "type": "string",
                "enum": [
                    "StartCallRecordingAPI",
                    "StartConferenceRecordingAPI",
                    "OutboundAPI",
                    "DialVerb",
                    "Conference",
                    "RecordVerb",
                    "Trunking",
                ],
            },
            "error_code": {"type": nullable},
            "track": {"type": "string", "enum": ["inbound", "outbound", "both"]},
            "uri": {"type": "string"},
        },
    }
    assert START["operationId"] == "StartTeXMLCallRecording"
    assert DOCUMENT["security"] == [{"bearerAuth": []}]
    assert DOCUMENT["components"]["securitySchemes"]["bearerAuth"] == {"type": "http", "scheme": "bearer"}
    not_found = DOCUMENT["components"]["schemas"]["NotFound"]
    assert START["responses"]["404"] == {"$ref": "#/components/responses/NotFound"}
    assert not_found["properties"]["errors"]["items"]["properties"] == {"detail": {"type": "string"}}


A = "/texml/Accounts/{account_sid}"
# Of each operation: its request, the names in its query, and the properties of its reply, if that has a body.
STARTED = (
    "account_sid call_sid conference_sid channels date_created date_updated start_time price price_unit duration sid"
    " source error_code track uri"
)
FETCHED = (
    "account_sid call_sid conference_sid channels date_created date_updated start_time duration sid source error_code"
    " media_url status subresources_uris uri"
)
TRANSCRIPTION = "account_sid api_version call_sid date_created date_updated duration recording_sid sid status transcription_text uri"
CALL = (
    "account_sid answered_by caller_name date_created date_updated direction duration end_time from from_formatted price"
    " price_unit sid start_time status to to_formatted uri"
)
CONFERENCE = (
    "account_sid api_version call_sid_ending_conference date_created date_updated friendly_name reason_conference_ended"
    " region sid status subresource_uris uri"
)
PARTICIPANT = (
    "account_sid api_version call_sid call_sid_legacy coaching coaching_call_sid coaching_call_sid_legacy conference_sid"
    " date_created date_updated end_conference_on_exit hold muted status uri"
)
PAGE = "page page_size start end uri first_page_uri next_page_uri"
OPERATIONS: dict[str, tuple[str, str, str | None]] = {
    "START_TEXML_CALL_RECORDING": (f"POST {A}/Calls/{{call_sid}}/Recordings.json", "", STARTED),
    "FETCH_TEXML_CALL_RECORDINGS": (
        f"GET {A}/Calls/{{call_sid}}/Recordings.json",
        "",
        f"recordings previous_page_uri {PAGE}",
    ),
    "UPDATE_TEXML_CALL_RECORDING": (f"POST {A}/Calls/{{call_sid}}/Recordings/{{recording_sid}}.json", "", STARTED),
    "GET_TEXML_CALL_RECORDINGS": (
        f"GET {A}/Recordings.json",
        "Page PageSize DateCreated",
        f"recordings previous_page_uri {PAGE}",
    ),
    "GET_TEXML_CALL_RECORDING": (f"GET {A}/Recordings/{{recording_sid}}.json", "", FETCHED),
    "DELETE_TEXML_CALL_RECORDING": (f"DELETE {A}/Recordings/{{recording_sid}}.json", "", None),
    "FETCH_TEXML_CONFERENCE_RECORDINGS": (
        f"GET {A}/Conferences/{{conference_sid}}/Recordings.json",
        "",
        f"recordings previous_page_uri {PAGE}",
    ),
    "GET_TEXML_CONFERENCE_RECORDINGS": (
        f"GET {A}/Conferences/{{conference_sid}}/Recordings",
        "",
        f"recordings participants {PAGE}",
    ),
    "GET_TEXML_RECORDING_TRANSCRIPTIONS": (
        f"GET {A}/Transcriptions.json",
        "PageToken PageSize",
        f"transcriptions previous_page_uri {PAGE}",
    ),
    "GET_TEXML_RECORDING_TRANSCRIPTION": (
        f"GET {A}/Transcriptions/{{recording_transcription_sid}}.json",
        "",
        TRANSCRIPTION,
    ),
    "DELETE_TEXML_RECORDING_TRANSCRIPTION": (
        f"DELETE {A}/Transcriptions/{{recording_transcription_sid}}.json",
        "",
        None,
    ),
    "GET_TEXML_CALLS": (
        f"GET {A}/Calls",
        "Page PageSize PageToken To From Status StartTime StartTime_gt StartTime_lt EndTime EndTime_gt EndTime_lt",
        f"calls {PAGE}",
    ),
    "GET_TEXML_CALL": (f"GET {A}/Calls/{{call_sid}}", "", CALL),
    "LIST_CONNECTION_ACTIVE_CALLS": ("GET /connections/{connection_id}/active_calls", "page", "data meta"),
    "GET_TEXML_CONFERENCES": (
        f"GET {A}/Conferences",
        "Page PageSize PageToken FriendlyName Status DateCreated DateUpdated",
        f"conferences {PAGE}",
    ),
    "GET_TEXML_CONFERENCE": (f"GET {A}/Conferences/{{conference_sid}}", "", CONFERENCE),
    "GET_TEXML_CONFERENCE_PARTICIPANTS": (
        f"GET {A}/Conferences/{{conference_sid}}/Participants",
        "",
        f"participants {PAGE}",
    ),
    "GET_TEXML_CONFERENCE_PARTICIPANT": (
        f"GET {A}/Conferences/{{conference_sid}}/Participants/{{call_sid_or_participant_label}}",
        "",
        PARTICIPANT,
    ),
}


def test_every_operation_is_generated_and_no_other() -> None:
    from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.operation import Operation

    assert {name for name, value in _generated().items() if isinstance(value, Operation)} == set(OPERATIONS)


@pytest.mark.parametrize("name", OPERATIONS)
def test_operation_is_as_the_vendor_specifies(name: str) -> None:
    operation: Any = _generated()[name]
    request, query, reply = OPERATIONS[name]
    assert f"{operation.method} {operation.path}" == request
    assert list(operation.query["properties"]) == query.split()
    form = operation.method == "POST"
    assert operation.content_type == ("application/x-www-form-urlencoded" if form else None)
    assert (operation.request is not None) == form
    if reply is None:
        assert REPLIES[name] is None
    else:
        assert set(REPLIES[name]["properties"]) == set(reply.split())
        assert "required" not in REPLIES[name]


def test_facts_that_only_one_operation_has() -> None:
    """The vendor's types, formats and enums, where they are not those of the start."""
    generated: dict[str, Any] = _generated()
    update = generated["UPDATE_TEXML_CALL_RECORDING"]
    assert update.request["properties"] == {"Status": {"type": "string", "enum": ["in-progress", "paused", "stopped"]}}
    assert REPLIES["UPDATE_TEXML_CALL_RECORDING"] == REPLIES["START_TEXML_CALL_RECORDING"]
    query = generated["GET_TEXML_CALL_RECORDINGS"].query["properties"]
    assert [query[name]["type"] for name in ("Page", "PageSize", "DateCreated")] == ["integer", "integer", "string"]
    query = generated["GET_TEXML_RECORDING_TRANSCRIPTIONS"].query["properties"]
    assert [query[name]["type"] for name in ("PageToken", "PageSize")] == ["string", "integer"]
    for name, parameter in (
        ("UPDATE_TEXML_CALL_RECORDING", "recording_sid"),
        ("GET_TEXML_CALL_RECORDING", "recording_sid"),
        ("DELETE_TEXML_RECORDING_TRANSCRIPTION", "recording_transcription_sid"),
    ):
        assert generated[name].parameters["properties"][parameter]["format"] == "uuid"
    lists = [REPLIES[name] for name in ("FETCH_TEXML_CALL_RECORDINGS", "FETCH_TEXML_CONFERENCE_RECORDINGS")]
    assert lists == [REPLIES["GET_TEXML_CALL_RECORDINGS"]] * 2
    one = REPLIES["GET_TEXML_CALL_RECORDING"]
    assert lists[0]["properties"]["recordings"]["items"] == one
    assert one["properties"]["status"]["enum"] == ["in-progress", "completed", "paused", "stopped"]
    odd = REPLIES["GET_TEXML_CONFERENCE_RECORDINGS"]["properties"]["recordings"]["items"]["properties"]
    text, start = {"type": "string"}, REPLIES["START_TEXML_CALL_RECORDING"]["properties"]
    assert odd == {
        **dict.fromkeys(("account_sid", "call_sid", "conference_sid", "sid", "error_code", "media_url", "uri"), text),
        **dict.fromkeys(("date_created", "date_updated", "start_time"), text),
        "channels": {"type": "integer"},
        "duration": {"type": "integer"},
        "source": start["source"],
        "status": {"type": "string", "enum": ["processing", "absent", "completed", "deleted"]},
        "subresource_uris": {"type": "object"},
    }
    transcription = REPLIES["GET_TEXML_RECORDING_TRANSCRIPTION"]
    listed = REPLIES["GET_TEXML_RECORDING_TRANSCRIPTIONS"]["properties"]["transcriptions"]["items"]
    assert listed == transcription
    assert transcription["properties"]["status"] == {"type": "string", "enum": ["in-progress", "completed"]}
    assert transcription["properties"]["duration"] == start["duration"]


def test_facts_of_calls_and_conferences() -> None:
    generated: dict[str, Any] = _generated()
    calls, active = generated["GET_TEXML_CALLS"], generated["LIST_CONNECTION_ACTIVE_CALLS"]
    assert calls.query["properties"]["Status"]["enum"] == ["canceled", "completed", "failed", "busy", "no-answer"]
    page = active.query["properties"]["page"]["properties"]
    assert set(page) == {"after", "before", "limit", "size", "number"}
    for name in ("limit", "size"):
        assert page[name] == {"type": "integer", "minimum": 1, "maximum": 250, "default": 20}
    statuses = generated["GET_TEXML_CONFERENCES"].query["properties"]["Status"]["enum"]
    assert statuses == ["init", "in-progress", "completed"]
    leg = REPLIES["LIST_CONNECTION_ACTIVE_CALLS"]["properties"]["data"]["items"]
    assert set(leg["required"]) == set(leg["properties"])
    assert set(leg["required"]) == {
        *("call_control_id", "call_leg_id", "call_session_id", "client_state", "call_duration", "record_type"),
    }
    call = REPLIES["GET_TEXML_CALL"]["properties"]
    assert call["status"]["enum"] == [
        *("ringing", "in-progress", "canceled", "completed", "failed", "busy", "no-answer"),
    ]
    assert call["direction"]["enum"] == ["inbound", "outbound"]
    assert {part["type"] for part in call.values()} == {"string"}
    participant = REPLIES["GET_TEXML_CONFERENCE_PARTICIPANT"]["properties"]
    assert participant["status"]["enum"] == ["connecting", "connected", "completed"]
    assert [name for name, part in participant.items() if part["type"] == "boolean"] == [
        *("coaching", "end_conference_on_exit", "hold", "muted"),
    ]


def test_lists_name_the_property_that_holds_them() -> None:
    generated: dict[str, Any] = _generated()
    assert {name: generated[name].listed for name in OPERATIONS if generated[name].listed} == {
        "FETCH_TEXML_CALL_RECORDINGS": "recordings",
        "GET_TEXML_CALL_RECORDINGS": "recordings",
        "FETCH_TEXML_CONFERENCE_RECORDINGS": "recordings",
        "GET_TEXML_CONFERENCE_RECORDINGS": "recordings",
        "GET_TEXML_RECORDING_TRANSCRIPTIONS": "transcriptions",
        "GET_TEXML_CALLS": "calls",
        "LIST_CONNECTION_ACTIVE_CALLS": "data",
        "GET_TEXML_CONFERENCES": "conferences",
        "GET_TEXML_CONFERENCE_PARTICIPANTS": "participants",
    }


@pytest.mark.parametrize(
    ("value", "right"),
    [
        ("2023-05-22", True),
        ("2023-05-22T00:00:00Z", True),
        (">=2023-05-22", True),
        ("<2023-05-22T01:02:03Z", True),
        ("=2023-05-22", False),
        ("2023-05-22T00:00:00", False),
        ("2023-05-22\n", False),
        ("yesterday", False),
    ],
)
def test_date_created_takes_an_inequality(value: str, right: bool) -> None:
    schema = _generated()["GET_TEXML_CALL_RECORDINGS"].query["properties"]["DateCreated"]  # type: ignore[attr-defined]
    assert (re.search(schema["pattern"], value) is not None) == right


def _generated() -> dict[str, object]:
    package = "ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.description"
    found: dict[str, object] = {}
    for name in generate_openapi.generate(TEXT):
        found.update(vars(importlib.import_module(f"{package}.{name.removesuffix('.py')}")))
    return found
