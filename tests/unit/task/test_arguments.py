# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.voiceops.telnyx.plugins.module_utils._modules import call_recording as _call_recording
from ansible_collections.voiceops.telnyx.plugins.module_utils._modules import recording_media as _recording_media
from ansible_collections.voiceops.telnyx.plugins.module_utils._task import task as _task

GIVEN: dict[str, Any] = {"api_key": "KEY-1", "account_sid": "a", "call_sid": "v3:a"}


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TELNYX_API_KEY", "TELNYX_ACCOUNT_SID", "TELNYX_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


def params(_environment: dict[str, str] | None = None, /, **options: Any) -> dict[str, Any]:
    given = {name: value for name, value in {**GIVEN, **options}.items() if value != "(left out)"}
    return _task.prepare(_call_recording.BEHAVIOUR, given, _environment or {})[0]


def faults(**options: Any) -> list[dict[str, Any]]:
    with pytest.raises(_task.CannotRun) as caught:
        params(**options)
    assert caught.value.result["msg"].startswith("Nothing was sent.")
    assert caught.value.result["failed"] is True
    return list(caught.value.result["argument_errors"])


def test_defaults_are_never_those_of_the_api() -> None:
    assert params() == {
        "api_key": "KEY-1",
        "account_sid": "a",
        "base_url": "https://api.telnyx.com/v2",
        "timeout": 30,
        "connect_timeout": 5,
        "rate_limit_timeout": 60,
        "validate_certs": True,
        "call_sid": ["v3:a"],
        "max_concurrency": 8,
        "unless_recording": False,
        "reconcile_timeout": 10,
        "retry_unknown": False,
    }


@pytest.mark.parametrize(
    ("option", "given", "expected"),
    [
        ("call_sid", "v3:a,v3:b", ["v3:a,v3:b"]),
        ("call_sid", ["v3:a", "v3:b"], ["v3:a", "v3:b"]),
        ("call_sid", 123, ["123"]),
        ("play_beep", "no", False),
        ("play_beep", "True", True),
        ("send_recording_url", 0, False),
        ("timeout", "60", 60),
        ("recording_status_callback_event", "in-progress completed", ["in-progress", "completed"]),
        ("recording_status_callback_event", " completed\tabsent ", ["completed", "absent"]),
        ("recording_status_callback_event", "completed,absent", ["completed", "absent"]),
        (
            "recording_status_callback_event",
            ["completed", "in-progress absent"],
            ["completed", "in-progress", "absent"],
        ),
        ("recording_status_callback", "HTTPS://u:p@[::1]:8443/a?b=c#d", "HTTPS://u:p@[::1]:8443/a?b=c#d"),
        ("base_url", "http://127.0.0.1:8080/v2", "http://127.0.0.1:8080/v2"),
    ],
)
def test_values_are_coerced(option: str, given: Any, expected: Any) -> None:
    assert params(**{option: given})[option] == expected


def test_none_is_not_set() -> None:
    assert "play_beep" not in params(play_beep=None)


@pytest.mark.parametrize("from_task", [True, False])
def test_environment_fills_in(from_task: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    variables = {"TELNYX_API_KEY": "KEY-2", "TELNYX_ACCOUNT_SID": "b", "TELNYX_BASE_URL": "https://other.example/v2"}
    for name, value in variables.items():
        monkeypatch.setenv(name, "https://not-this.example" if from_task else value)
    found = params(variables if from_task else {}, api_key="(left out)", account_sid=None)
    assert [found["api_key"], found["account_sid"], found["base_url"]] == list(variables.values())


def test_option_goes_before_environment() -> None:
    assert params({"TELNYX_API_KEY": "KEY-2"})["api_key"] == "KEY-1"


URL = "an absolute http or https URL of at most 2000 characters"
SID = "a SID that is not blank, not a dot segment, and without control characters"
EVENT = "in-progress, completed or absent"
SERVER = "an absolute https URL without credentials, query and fragment (http only for a loopback host)"
SECONDS = "a number of seconds from 1 to 3600"


@pytest.mark.parametrize(
    ("option", "given", "path", "expected"),
    [
        ("call_sid", "", "call_sid[0]", SID),
        ("call_sid", ["v3:a", " \t"], "call_sid[1]", SID),
        ("call_sid", "\u3000", "call_sid[0]", SID),
        ("call_sid", "v3:a\n", "call_sid[0]", SID),
        ("call_sid", "v3:a\r\nX: y", "call_sid[0]", SID),
        ("call_sid", "v3:\x00", "call_sid[0]", SID),
        ("call_sid", "v3:\x7f", "call_sid[0]", SID),
        ("call_sid", "v3:\x85", "call_sid[0]", SID),
        ("call_sid", "v3:\u2028", "call_sid[0]", SID),
        ("call_sid", "v3:\ud800", "call_sid[0]", SID),
        ("call_sid", ".", "call_sid[0]", SID),
        ("call_sid", "..", "call_sid[0]", SID),
        ("account_sid", "..", "account_sid", SID),
        ("account_sid", " ", "account_sid", SID),
        ("call_sid", {"sid": "v3:a"}, "call_sid", "a list of strings"),
        ("call_sid", [{"sid": "v3:a"}], "call_sid", "a list of strings"),
        ("call_sid", [None], "call_sid", "a list of strings"),
        ("call_sid", True, "call_sid", "a list of strings"),
        ("play_beep", "maybe", "play_beep", "a boolean"),
        ("send_recording_url", [], "send_recording_url", "a boolean"),
        ("recording_channels", "stereo", "recording_channels", "one of single, dual"),
        ("recording_channels", "2", "recording_channels", "one of single, dual"),
        ("recording_track", "Both", "recording_track", "one of inbound, outbound, both"),
        ("recording_track", ["both"], "recording_track", "a string"),
        ("recording_status_callback", "runbooks.example.com/cb", "recording_status_callback", URL),
        ("recording_status_callback", "", "recording_status_callback", URL),
        ("recording_status_callback", "ftp://example.com/", "recording_status_callback", URL),
        ("recording_status_callback", "https:///cb", "recording_status_callback", URL),
        ("recording_status_callback", "https://exa mple.com/", "recording_status_callback", URL),
        ("recording_status_callback", "https://example.com/%zz", "recording_status_callback", URL),
        ("recording_status_callback", "https://example.com/é", "recording_status_callback", URL),
        ("recording_status_callback", "https://example.com:99999/", "recording_status_callback", URL),
        ("recording_status_callback", "https://example.com/\n", "recording_status_callback", URL),
        ("recording_status_callback", "https://[::1/", "recording_status_callback", URL),
        ("recording_status_callback", "https://[::1]x/", "recording_status_callback", URL),
        ("recording_status_callback", "https://e.com/a[b]", "recording_status_callback", URL),
        ("recording_status_callback", "https://e.com/#a#b", "recording_status_callback", URL),
        ("recording_status_callback", "https://e.com:x/", "recording_status_callback", URL),
        ("recording_status_callback", "https://e.com/" + "a" * 1987, "recording_status_callback", URL),
        ("recording_status_callback_method", "PUT", "recording_status_callback_method", "one of GET, POST"),
        ("recording_status_callback_event", ["completed", "done"], "recording_status_callback_event[1]", EVENT),
        ("recording_status_callback_event", "Completed", "recording_status_callback_event[0]", EVENT),
        ("recording_status_callback_event", [], "recording_status_callback_event", f"a list of at least one: {EVENT}"),
        ("recording_status_callback_event", {"a": 1}, "recording_status_callback_event", "a list of strings"),
        ("base_url", "http://api.telnyx.com/v2", "base_url", SERVER),
        ("base_url", "http://localhost.example.com/v2", "base_url", SERVER),
        ("base_url", "http://2130706433/v2", "base_url", SERVER),
        ("base_url", "https://api.telnyx.com/v2?a=b", "base_url", SERVER),
        ("base_url", "https://api.telnyx.com/v2#a", "base_url", SERVER),
        ("base_url", "file:///v2", "base_url", SERVER),
        ("base_url", "api.telnyx.com", "base_url", SERVER),
        ("timeout", 0, "timeout", SECONDS),
        ("timeout", -1, "timeout", SECONDS),
        ("timeout", 3601, "timeout", SECONDS),
        ("timeout", "soon", "timeout", "a whole number"),
        ("timeout", True, "timeout", "a whole number"),
        ("timeout", 1.5, "timeout", "a whole number"),
        ("timeout", float("inf"), "timeout", "a whole number"),
        ("timeout", "1e999999999", "timeout", "a whole number"),
        ("connect_timeout", 0, "connect_timeout", SECONDS),
        ("max_concurrency", 0, "max_concurrency", "a number from 1 to 128"),
        ("max_concurrency", 129, "max_concurrency", "a number from 1 to 128"),
        ("validate_certs", "perhaps", "validate_certs", "a boolean"),
        ("ca_path", ["a"], "ca_path", "a path"),
    ],
)
def test_one_fault(option: str, given: Any, path: str, expected: str) -> None:
    (fault,) = faults(**{option: given})
    assert (fault["argument"], fault["path"], fault["expected"]) == (option, path, expected)
    assert fault["message"].startswith(f"{path} is ")
    assert fault["message"].endswith(f"; it must be {expected}")
    found = given
    if "[" in path:
        items = given if isinstance(given, list) else [given]
        found = items[int(path[-2])]
    # What is long, or no text in UTF-8, is as in the message.
    if "\ud800" in str(found) or len(str(found)) > 198:
        found = fault["message"][len(f"{path} is ") : -len(f"; it must be {expected}")]
    assert fault["found"] == found


def test_url_of_2000_characters_is_long_enough() -> None:
    url = "https://e.com/" + "a" * 1986
    assert params(recording_status_callback=url)["recording_status_callback"] == url


def test_every_fault_is_in_one_error() -> None:
    found = faults(
        call_sid=["v3:a", ""],
        play_beep="maybe",
        recording_track="sideways",
        recording_status_callback="nowhere",
        recording_status_callback_event="done never",
        timeout=0,
        account_sid="(left out)",
        recording_chanels="single",
    )
    assert [fault["path"] for fault in found] == [
        "recording_chanels",
        "account_sid",
        "play_beep",
        "timeout",
        "call_sid[1]",
        "recording_track",
        "recording_status_callback",
        "recording_status_callback_event[0]",
        "recording_status_callback_event[1]",
    ]


@pytest.mark.parametrize(("option", "where"), [("api_key", "TELNYX_API_KEY"), ("account_sid", "TELNYX_ACCOUNT_SID")])
def test_missing_option_names_its_variable(option: str, where: str) -> None:
    (fault,) = faults(**{option: "(left out)"})
    assert fault["message"] == f"{option} is missing; it must be a string, here or in the environment as {where}"


def test_missing_call() -> None:
    (fault,) = faults(call_sid="(left out)")
    assert fault["message"] == "call_sid is missing; it must be a list of strings"


def test_unknown_option_says_which_there_are_and_hides_its_value() -> None:
    (fault,) = faults(nothing_like_it="KEY-3")
    assert fault["message"].startswith("nothing_like_it is not an option; it must be one of account_sid, api_key, ")
    assert "KEY-3" not in str(fault)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("recording_chanels", "recording_channels"),
        ("RecordingChannels", "recording_channels"),
        ("apikey", "api_key"),
        ("call_sids", "call_sid"),
        ("recording-track", "recording_track"),
        ("recording_channels" + "x" * 10_000, None),
    ],
)
def test_unknown_option_gets_the_nearest_name(given: str, meant: str | None) -> None:
    (fault,) = faults(**{given: "KEY-3"})
    end = f"did you mean {meant}?" if meant else "validate_certs"
    assert fault["message"].startswith(f"{given[:200]}")
    assert " is not an option; " in fault["message"]
    assert fault["message"].endswith(end)
    assert len(str(fault)) < 1600
    assert fault["expected"].startswith("one of account_sid, api_key, ")
    assert "KEY-3" not in str(fault)


DEEP: Any = []
for _level in range(10_000):
    DEEP = [DEEP]
LONG = 10**5000


STRANGE = {
    "deep": DEEP,
    "deep in a dictionary": {"a": DEEP},
    "long": LONG,
    "long and negative": -LONG,
    "long in a list": [LONG],
    "byte": "\udcff",
    "surrogate": "a\ud800",
    "byte in a list": ["\udcff"],
    "bytes": b"\xff",
}


@pytest.mark.parametrize("name", STRANGE)
@pytest.mark.parametrize("option", sorted(_call_recording.OPTIONS))
def test_value_that_nobody_expects_has_a_short_error(option: str, name: str) -> None:
    with pytest.raises(_task.CannotRun) as caught:
        params(**{option: STRANGE[name]})
    result = caught.value.result
    assert result["msg"].startswith(f"Nothing was sent. {option}")
    assert len(result["msg"]) < 700
    assert {one["argument"] for one in result["argument_errors"]} == {option}
    # Ansible writes it as JSON in UTF-8.
    json.dumps(result, ensure_ascii=False).encode()


@pytest.mark.parametrize("key", ["KEY\udcff", "\ud800"])
@pytest.mark.parametrize("from_environment", [True, False])
def test_key_that_is_no_text(key: str, from_environment: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if from_environment and key.startswith("KEY"):
        monkeypatch.setenv("TELNYX_API_KEY", key)
        key = "(left out)"
    (fault,) = faults(api_key=key)
    assert fault["message"] == (
        "api_key is malformed (its value is not shown); it must be a key of visible ASCII characters, without spaces"
    )


@pytest.mark.parametrize("behaviour", [_call_recording.BEHAVIOUR, _recording_media.BEHAVIOUR])
def test_every_option_is_text_in_utf_8(behaviour: _task.Behaviour) -> None:
    texts = [name for name, option in behaviour.argument_spec.items() if option["type"] in ("str", "path", "raw")]
    assert {"ca_path"} < set(texts)
    for name in texts:
        with pytest.raises(_task.CannotRun, match=f"^Nothing was sent.*{name}"):
            _task.prepare(behaviour, {**GIVEN, "recording_sid": "r", "dest": "/d", name: "/a\udcff"}, {})


def test_many_faults_are_ten_and_a_number() -> None:
    with pytest.raises(_task.CannotRun) as caught:
        params(call_sid=["v3:\n" + "x" * 5000] * 1000)
    result = caught.value.result
    assert len(result["argument_errors"]) == 10
    assert result["argument_errors"][9]["path"] == "call_sid[9]"
    assert result["msg"].endswith(" And 1989 more.")
    assert len(result["msg"]) < 5000
    assert len(json.dumps(result)) < 20_000


@pytest.mark.parametrize("key", ["KEY0123456789", "KEY\\'\"0123456789"])
@pytest.mark.parametrize("before", range(170, 205))
def test_no_part_of_a_key_is_left_where_a_value_is_cut(key: str, before: int) -> None:
    value = "x" * before + key + "y" * 200
    for given in ({"recording_track": value}, {"call_sid": ["\n" + value]}, {"play_beep": [value]}, {value: 1}):
        with pytest.raises(_task.CannotRun) as caught:
            params(**{"api_key": key, **given})
        assert "KEY" not in str(caught.value.result)


@pytest.mark.parametrize("value", [b"KEY0123456789", [b"KEY0123456789"], {"a": b"KEY0123456789"}, {"KEY0123456789"}])
def test_key_in_what_is_no_json_is_not_shown(value: Any) -> None:
    (fault,) = faults(api_key="KEY0123456789", recording_track=value)
    assert "KEY0123456789" not in str(fault)


@pytest.mark.parametrize("key", ["", "KEY with spaces", "KEY\n", "KEY\r\nX: y", "clé", ["KEY-3"]])
def test_wrong_key_is_not_shown(key: Any) -> None:
    (fault,) = faults(api_key=key)
    assert fault["argument"] == "api_key"
    assert fault["found"] is None
    assert "its value is not shown" in fault["message"]


@pytest.mark.parametrize("option", ["base_url", "recording_status_callback"])
@pytest.mark.parametrize(
    "url",
    [
        "https://me:hunter2/x@e.example/",
        "https://me:hunter2 x@e.example/",
        "https://me:hunter2#@e.example/",
        "me:hunter2@e.example/cb",
        "https:/me:hunter2@e.example/",
        "http://127.0.0.1@hunter2:99999/",
    ],
)
def test_password_in_a_wrong_url_is_not_shown(option: str, url: str) -> None:
    (fault,) = faults(**{option: url})
    assert fault["path"] == option
    assert "hunter2" not in str(fault)


@pytest.mark.parametrize("url", ["https://me:hunter2@api.telnyx.com/v2", "http://127.0.0.1@example.com/v2"])
def test_base_url_takes_no_credentials(url: str) -> None:
    (fault,) = faults(base_url=url)
    assert (fault["path"], fault["found"], fault["expected"]) == ("base_url", None, SERVER)


def test_key_in_another_option_is_not_shown() -> None:
    (fault,) = faults(recording_track="KEY-1")
    assert fault["found"] == "********"
    assert "KEY-1" not in str(fault)


def test_option_that_is_not_a_text() -> None:
    with pytest.raises(_task.CannotRun) as caught:
        _task.prepare(_call_recording.BEHAVIOUR, {**GIVEN, 1: "b"}, {})  # type: ignore[dict-item]
    assert caught.value.result["argument_errors"][0]["argument"] == "1"


@pytest.mark.parametrize("twice", [["v3:a", "v3:b", "v3:a"], ["v3:a", "v3:b", "v3%3Aa"], ["v3%3aa", "v3:b", "v3:a"]])
def test_no_call_is_recorded_twice(twice: list[str]) -> None:
    (fault,) = faults(call_sid=twice)
    assert fault["path"] == "call_sid[2]"
    assert fault["expected"] == "different from call_sid[0]"


def test_long_value_is_cut_in_the_message() -> None:
    (fault,) = faults(recording_track="x" * 5000)
    assert len(fault["message"]) < 350
    assert "(5002 characters)" in fault["message"]


@pytest.mark.parametrize(("method", "count"), [("GET", 1), ("POST", 0), (None, 0)])
def test_get_callback_has_a_warning(method: str | None, count: int) -> None:
    given = {**GIVEN, "recording_status_callback_method": method}
    warnings = _task.prepare(_call_recording.BEHAVIOUR, given, {})[1]
    assert len(warnings) == count
    assert all("no signature" in warning for warning in warnings)


def test_missing_jsonschema_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    from ansible_collections.voiceops.telnyx.plugins.module_utils._task import validation as _validation

    monkeypatch.setattr(_validation, "JSONSCHEMA_IMPORT_ERROR", "Traceback …")
    with pytest.raises(_task.CannotRun, match=r"Failed to import the required Python library \(jsonschema\)"):
        params()
