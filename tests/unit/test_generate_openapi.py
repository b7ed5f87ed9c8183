# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import copy
from pathlib import Path

import generate_openapi
import pytest
import yaml
from openapi_spec_validator import validate

TEXT = generate_openapi.DESCRIPTION.read_text(encoding="utf-8")
DOCUMENT = yaml.safe_load(TEXT)
START = DOCUMENT["paths"]["/texml/Accounts/{account_sid}/Calls/{call_sid}/Recordings.json"]["post"]


def changed(change: str, value: object) -> str:
    """Return the description with one more or another value, at a path of keys."""
    document = copy.deepcopy(DOCUMENT)
    *keys, last = change.split(" ")
    node = document
    for key in keys:
        node = node[key]
    node[last] = value
    return yaml.safe_dump(document, sort_keys=False)


def test_description_is_valid_openapi() -> None:
    validate(DOCUMENT)


def test_generated_file_is_up_to_date() -> None:
    assert generate_openapi.TARGET.read_text(encoding="utf-8") == generate_openapi.generate(TEXT)


def test_same_description_gives_same_source() -> None:
    assert generate_openapi.generate(TEXT) == generate_openapi.generate(TEXT)


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
        ("components parameters CallSid style", "matrix"),
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
        ("components parameters CallSid in", "query", "not a path parameter"),
        ("components parameters CallSid name", "sid", "the path and its parameters differ"),
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
    description, target = tmp_path / "texml.yml", tmp_path / "_openapi.py"
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
    assert "stale" in capsys.readouterr().err


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
    assert start.response == {
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


def _generated() -> dict[str, object]:
    from ansible_collections.voiceops.telnyx.plugins.module_utils import _openapi

    return vars(_openapi)
