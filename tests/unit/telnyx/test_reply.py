# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.voiceops.telnyx.plugins.module_utils._base.errors import NoReply
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx import reply as _reply
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.reply import json_object


@pytest.mark.parametrize(
    "name",
    [
        "__ansible_type",
        "__ansible_unsafe",
        "__ansible_vault",
        "_ansible_no_log",
        "_ansible_facts_cacheable",
        "___ansible_type",
    ],
)
def test_names_that_ansible_reserves_lose_their_underscores(name: str) -> None:
    body = json.dumps({"sid": "r", name: "TaggedStr", "errors": [{name: {name: 1}}]}).encode()
    found = json_object(body)
    assert found is not None
    plain = name.strip("_")
    assert found == {"sid": "r", plain: "TaggedStr", "errors": [{plain: {plain: 1}}]}


@pytest.mark.parametrize("name", ["ansible_type", "_ansible", "ansible", "_sid", "__type", "x__ansible_type"])
def test_other_names_stay(name: str) -> None:
    assert json_object(json.dumps({name: 1}).encode()) == {name: 1}


@pytest.mark.parametrize(("digits", "taken"), [(1, True), (4000, True), (4001, False), (900_000, False)])
def test_number_that_ansible_could_not_read_again(digits: int, taken: bool) -> None:
    """Python 3.8 has releases that read a number of any length, and the controller's Python does not."""
    body = b'{"a": ' + b"9" * digits + b"}"
    assert (json_object(body) is not None) == taken


@pytest.mark.parametrize(
    ("reason", "shown"),
    [("No connection", "No connection"), ("x " * 5000, "x " * 249 + "x… (10000 characters)")],
)
def test_reason_is_bounded(reason: str, shown: str) -> None:
    assert str(NoReply(reason, sent=True)) == shown


def test_value_is_not_changed() -> None:
    value: dict[str, Any] = {"a": [1, 1.5, None, True, {"b": "é"}], "c": {}}
    assert json_object(json.dumps(value).encode()) == value


@pytest.mark.parametrize(
    "body",
    [
        b'{"a": [{"b": 1, "c": "x"}, null, [], "y"]}',
        b'{"_ansible_x": 1, "a": {"__ansible_type": "b"}}',
        b'{"\\u005fansible_x": 1}',
        b'{"a": "\\ud800", "b": "\\u00e9"}',
        b'{"a": "\xed\xa0\x80"}',
        '{"a": "日本"}'.encode(),
        '{"a": "é"}'.encode("utf-16"),
    ],
)
def test_bodies_that_are_spared_a_walk_come_out_the_same(body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    found = _reply.json_object(body)
    monkeypatch.setattr(_reply, "_may_need_change", lambda text: True)
    assert found is not None
    assert _reply.json_object(body) == found
    json.dumps(found, ensure_ascii=False).encode("utf-8")


@pytest.mark.parametrize("inside", ["1", '"a"', '"\\u00e9"', '{"__ansible_type": 1}'])
def test_depth(inside: str) -> None:
    levels = _reply.MAX_DEPTH - 1 - inside.count("{")
    deepest = '{"a": ' + "[" * levels + inside + "]" * levels + "}"
    assert json_object(deepest.encode()) is not None
    assert json_object(deepest.replace(inside, f"[{inside}]").encode()) is None
