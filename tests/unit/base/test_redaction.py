# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.voiceops.telnyx.plugins.module_utils._base import redaction as _secrets
from ansible_collections.voiceops.telnyx.plugins.module_utils._base.redaction import hide


def test_key_is_hidden_everywhere() -> None:
    value = {"a": ["x KEY-12345 y", {"KEY-12345": 1, "b": ("KEY-12345",)}], "n": None, "i": 7, "t": True}
    assert hide(value, "KEY-12345") == {
        "a": ["x ******** y", {"********": 1, "b": ["********"]}],
        "n": None,
        "i": 7,
        "t": True,
    }


def test_what_the_value_has_twice_the_result_has_twice() -> None:
    recording = {"sid": "KEY-12345"}
    hidden = hide({"recordings": [recording], "facts": {"v3:a": recording}, "other": {"sid": "r"}}, "KEY-12345")
    assert hidden == {
        "recordings": [{"sid": "********"}],
        "facts": {"v3:a": {"sid": "********"}},
        "other": {"sid": "r"},
    }
    assert hidden["recordings"][0] is hidden["facts"]["v3:a"]
    assert recording == {"sid": "KEY-12345"}


class Tagged(str):
    """As Ansible's own strings are."""


@pytest.mark.parametrize("text", ["é KEY-12345", "\ud800KEY-12345", Tagged("KEY-12345"), "KEY-12345\udcff"])
def test_key_is_found_in_a_long_list(text: str) -> None:
    entries = [{"sid": str(number), "n": [None, 1.5, True]} for number in range(1200)]
    for at in (0, 700, 1199):
        given = [*entries[:at], {"sid": text}, *entries[at:]]
        assert hide(given, "KEY-12345") == [
            *entries[:at],
            {"sid": text.replace("KEY-12345", "********")},
            *entries[at:],
        ]


def test_long_list_without_the_key_is_as_it_was() -> None:
    entries = [{"sid": str(number)} for number in range(1200)]
    assert all(one is other for one, other in zip(hide(entries, "KEY-12345"), entries))


@pytest.mark.parametrize(
    ("value", "hidden"),
    [
        ([b"KEY-12345"], ["********"]),
        ({"a": b"x KEY-12345 \xff"}, {"a": "x ******** \\xff"}),
        ({"KEY-12345"}, ["********"]),
        ([frozenset({b"KEY-12345"})], [["********"]]),
    ],
)
def test_what_yaml_has_and_json_has_not(value: object, hidden: object) -> None:
    assert hide(value, "KEY-12345") == hidden


def test_key_that_is_no_text() -> None:
    assert hide([{"sid": "KEY-\udcff-12345"}], "KEY-\udcff-12345") == [{"sid": "********"}]


@pytest.mark.parametrize("text", ["x" * 64, "https://e.example/a@b", "me@e.example", "a%40b"])
def test_chunk_without_credentials_is_not_visited(text: str) -> None:
    entries = [{"sid": text, "duration": number} for number in range(700)]
    assert all(one is other for one, other in zip(hide(entries, "KEY-12345"), entries))


def test_key_is_quoted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    quoted: list[str] = []
    monkeypatch.setattr(_secrets, "quote", lambda key, **_how: quoted.append(key) or key)
    hide([["x"] * 100, {str(number): "y" for number in range(100)}], "KEY-12345")
    assert quoted == ["KEY-12345"]


def test_credentials_in_urls_are_hidden_and_nothing_else() -> None:
    text = "no route to https://me:hunter2@e.example/a@b?c=d@e and http://f.example:80/ or me@example.com"
    shown = "no route to https://********@e.example/a@b?c=d@e and http://f.example:80/ or me@example.com"
    assert hide(text, "") == shown


def test_short_password_does_not_damage_what_is_returned() -> None:
    result = {"sid": "1-2-1", "form": {"RecordingStatusCallback": "https://me:1@e.example/"}}
    assert hide(result, "KEY-1") == {
        "sid": "1-2-1",
        "form": {"RecordingStatusCallback": "https://********@e.example/"},
    }


@pytest.mark.parametrize(
    ("value", "hidden"),
    [
        ("url=https%3A%2F%2Fme%3Apa55%40e.example%2F&b=1", "url=https%3A%2F%2F********@e.example%2F&b=1"),
        ("https%3a%2f%2fme%3apa55@e.example", "https%3a%2f%2f********@e.example"),
        ("https%3A%2F%2Fe.example%2F&to=me%40e.example", "https%3A%2F%2Fe.example%2F&to=me%40e.example"),
        ("Bearer KEY%2B1", "Bearer ********"),
    ],
)
def test_escaped_secrets_are_hidden(value: str, hidden: str) -> None:
    assert hide(value, "KEY+1") == hidden


def test_dummy_key_leaves_the_names_of_the_return_values_alone() -> None:
    assert set(hide({"failed": True, "changed": False}, "a")) == {"failed", "changed"}


@pytest.mark.parametrize("secret", ['KEY-"quoted"\\and-long', "KEY-plain-and-long", "https://me:hunter2@e/x"])
@pytest.mark.parametrize("place", [0, 1, _secrets.CHUNK - 1, _secrets.CHUNK, 3 * _secrets.CHUNK - 1])
def test_secret_anywhere_in_a_long_list(secret: str, place: int) -> None:
    listed = [{"sid": str(number), "texts": ["a"]} for number in range(3 * _secrets.CHUNK)]
    listed[place]["texts"] = [f"before {secret} after"]
    found = hide({"recordings": listed}, secret)["recordings"]
    assert secret not in str(found)
    assert _secrets.MASK in found[place]["texts"][0]
    assert [one for number, one in enumerate(found) if number != place] == (listed[:place] + listed[place + 1 :])
