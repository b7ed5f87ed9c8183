# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The names and groups of calls that are hosts, and the text in their variables."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.voiceops.telnyx.plugins.module_utils._modules.call_hosts import (
    ALL,
    BEHAVIOUR,
    groups_of,
    host_name,
    usual_groups,
)
from ansible_collections.voiceops.telnyx.plugins.module_utils._task.task import CannotRun, prepare
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.call import call_of
from ansible_collections.voiceops.telnyx.plugins.plugin_utils._untrusted import without_templates
from hypothesis import given
from hypothesis import strategies as st
from support import runs

ACCOUNT = {"api_key": runs.KEY, "account_sid": runs.ACCOUNT}
SAFE = re.compile("[A-Za-z0-9][A-Za-z0-9_.-]*")


@pytest.mark.parametrize(
    ("sid", "name"),
    [
        ("v3:in", "v3-in"),
        (runs.LIVE, runs.LIVE.replace(":", "-")),
        ("v3%3Ain", "v3-in"),
        ("1b2c3d4e-0000-4000-8000-000000000000", "1b2c3d4e-0000-4000-8000-000000000000"),
    ],
)
def test_name_is_the_sid(sid: str, name: str) -> None:
    assert host_name(sid, "sid") == name


@given(st.text(min_size=1))
def test_every_name_is_one_that_ansible_and_awx_take(sid: str) -> None:
    for by in ("sid", "digest"):
        assert SAFE.fullmatch(host_name(sid, by))
        assert len(host_name(sid, by)) <= 200


@pytest.mark.parametrize("sid", ["../../x", "a b", "a,b", "all:!x[0]", "日本", "-i", "x" * 300, "{{ 1 }}"])
def test_other_sids_get_a_digest(sid: str) -> None:
    assert re.fullmatch("call-[0-9a-f]{16}", host_name(sid, "sid"))


def groups(recordings: Any = None, **told: Any) -> list[str]:
    return groups_of(call_of(told), recordings)


def test_groups() -> None:
    assert groups() == []
    assert groups(direction="inbound", status="ringing") == ["telnyx_inbound", "telnyx_ringing"]
    assert groups(status="completed", to="+13122010055") == ["telnyx_to_13122010055"]
    assert groups(to="sip:a.b@example.com") == ["telnyx_to_sip_a_b_example_com"]
    assert groups([]) == groups([{"status": "completed"}]) == ["telnyx_not_recorded"]
    assert groups([{"status": None}, {"status": "paused"}]) == ["telnyx_recorded"]


@given(st.text())
def test_group_of_any_number_is_a_name(number: str) -> None:
    assert all(re.fullmatch("[A-Za-z0-9_]{1,200}", name) for name in groups(to=number))


MARKED = ["{{ 6 * 7 }}", "{%", "{", "}", "#jinja2: x", "\n #jinja2:variable_start_string:'<<'\n<< 1 >>"]


@pytest.mark.parametrize("text", [*MARKED, "plain", "", "#jinja"])
def test_text_is_what_it_was(text: str) -> None:
    value = {"a": [text, None, 1, True, {"b": text}]}
    assert without_templates(value) == value
    assert json.loads(json.dumps(without_templates(value))) == value
    assert Templar(loader=DataLoader()).template(without_templates(value)) == value


@given(st.text(alphabet="{}%#jinja2:<> 67*\n"))
def test_no_text_is_a_template(text: str) -> None:
    assert Templar(loader=DataLoader()).template(without_templates(text)) == text


def test_only_what_might_be_a_template_is_marked() -> None:
    assert [is_marked(without_templates(text)) for text in MARKED] == [True] * len(MARKED)
    assert not is_marked(without_templates("plain"))


def is_marked(text: str) -> bool:
    """Return whether Ansible takes a text for no template, whatever it is."""
    try:
        from ansible.template import is_trusted_as_template
    except ImportError:
        return hasattr(text, "__UNSAFE__")
    return not is_trusted_as_template(text)


def test_text_is_marked_even_if_it_was_trusted() -> None:
    template = pytest.importorskip("ansible.template")
    if not hasattr(template, "trust_as_template"):
        pytest.skip("before ansible-core 2.19, every text is trusted")
    assert is_marked(without_templates(template.trust_as_template("{{ 6 * 7 }}")))


TAKEN = ["all", "ungrouped", "_meta", ALL, *usual_groups(True), "telnyx_to_", "telnyx_to_13125550100"]


@pytest.mark.parametrize("name", [*TAKEN, "", "a-b", "1a", "a\n", "telnyx_to_\n"])
def test_group_of_ones_own_is_no_other_group(name: str) -> None:
    with pytest.raises(CannotRun) as caught:
        prepare(BEHAVIOUR, {**ACCOUNT, "group": name}, {})
    assert f"group is {name!r}; it must be a name of letters" in caught.value.result["msg"]


@pytest.mark.parametrize(
    "name", ["All", "alls", "wall", "all_calls", "telnyx", "telnyx_today", "telnyx_recorded_2", "_"]
)
def test_group_of_ones_own_may_look_like_another(name: str) -> None:
    assert prepare(BEHAVIOUR, {**ACCOUNT, "group": name}, {})[0]["group"] == name
