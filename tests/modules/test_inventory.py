# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory calls, in Ansible's own programs, against the simulator."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support import runs
from support.inventories import command, export, script, variables, write
from support.simulator import Simulator, running

CONNECTION_ID = "1684641123236054244"
QUEUE, OTHER = "+13122010055", "+13122010056"
# What strangers may call themselves. The one with a header has delimiters of its own, and no brace.
NAMES = [
    "{{ 6 * 7 }}",
    "{% raw %}",
    "{# none #}",
    "{",
    "}}",
    "#jinja2: variable_start_string:'<<', variable_end_string:'>>'\n<< 6 * 7 >>",
    "a\"'\n",
    "!unsafe {{ 6 * 7 }}",
    "$(id)",
    "日本",
]
LEGS = [
    {"sid": "v3:out", "direction": "outbound", "session": "s-1", "from": QUEUE, "to": "sip:agent-1@example.com"},
    {"sid": "v3:in", "session": "s-1", "to": QUEUE},
    {"sid": "v3:other", "to": OTHER},
    {"sid": "v3:ringing", "status": "ringing", "to": QUEUE},
    *({"sid": f"v3:name-{number}", "caller_name": name, "connection_id": "2"} for number, name in enumerate(NAMES)),
]
STRICT = {"ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true"}


@pytest.fixture(scope="module")
def telephony(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """Run a simulator with a connection, and one of strangers."""
    with running(tmp_path_factory.mktemp("simulator") / "state", calls=LEGS, processing_seconds=0) as one:
        yield one


def hosts_of(exported: dict[str, Any]) -> dict[str, list[str]]:
    """Return the hosts of each group."""
    return {name: sorted(group.get("hosts", [])) for name, group in exported.items() if name != "_meta"}


def test_live_calls_are_hosts(telephony: Simulator, tmp_path: Path) -> None:
    source = write(tmp_path, connection_id=CONNECTION_ID, one_leg_per_session=False, group="support")
    exported = export(tmp_path, source, **variables(telephony))
    assert hosts_of(exported) == {
        "all": [],
        "telnyx_calls": ["v3-in", "v3-other", "v3-out", "v3-ringing"],
        "telnyx_inbound": ["v3-in", "v3-other", "v3-ringing"],
        "telnyx_outbound": ["v3-out"],
        "telnyx_ringing": ["v3-ringing"],
        "telnyx_in_progress": ["v3-in", "v3-other", "v3-out"],
        "telnyx_to_13122010055": ["v3-in", "v3-ringing"],
        "telnyx_to_13122010056": ["v3-other"],
        "telnyx_to_sip_agent_1_example_com": ["v3-out"],
        "support": ["v3-in", "v3-other", "v3-out", "v3-ringing"],
    }
    assert set(exported["telnyx_calls"]["children"]) == set(exported) - {"_meta", "all", "telnyx_calls"}
    one = exported["_meta"]["hostvars"]["v3-in"]
    assert set(one) == {"call_sid", "telnyx_call", "ansible_connection"}
    assert (one["call_sid"], one["ansible_connection"]) == ("v3:in", "ansible.builtin.local")
    assert (one["telnyx_call"]["to"], one["telnyx_call"]["status"]) == (QUEUE, "in-progress")


def test_selection_filters_and_recordings_are_those_of_call_info(telephony: Simulator, tmp_path: Path) -> None:
    telephony.ask("POST", "recordings", {"call_sid": "v3:other"})
    source = write(tmp_path, connection_id=CONNECTION_ID, status=["in-progress"], recordings=True, hostname="digest")
    exported = export(tmp_path, source, **variables(telephony))
    recorded = hosts_of(exported)["telnyx_recorded"]
    assert (len(recorded), len(hosts_of(exported)["telnyx_not_recorded"])) == (1, 1)
    assert re.fullmatch("call-[0-9a-f]{16}", recorded[0])
    one = exported["_meta"]["hostvars"][recorded[0]]
    assert one["call_sid"] == "v3:other"
    assert [recording["status"] for recording in one["telnyx_recordings"]] == ["in-progress"]
    assert "recordings" not in one["telnyx_call"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"connection_id": "my-app"}, "The API answered 422"),
        pytest.param({"call_sid": ["v3:nobody"]}, "Call v3:nobody: The API answered 404", marks=pytest.mark.long),
        ({"conference": "INC-47"}, "No conference named 'INC-47' is in progress. No conference is in progress."),
        (
            {"connection_id": "2", "direction": "up", "limit": "many"},
            "Nothing was sent. limit is 'many'; it must be a whole number. direction is 'up'; it must be one of inbound,",
        ),
        pytest.param(
            {"limits": 3}, "Nothing was sent. limits is not an option; did you mean limit?", marks=pytest.mark.long
        ),
        pytest.param({"results_path": "/tmp/results.json"}, "results_path is not an option", marks=pytest.mark.long),
        pytest.param(
            {"group": "a b"},
            "Nothing was sent. group is 'a b'; it must be a name of letters, digits and underscores",
            marks=pytest.mark.long,
        ),
        pytest.param(
            {"group": "all"},
            "group is 'all'; it must be a name of letters, digits and underscores that does not begin with a",
            marks=pytest.mark.long,
        ),
        ({"group": "telnyx_to_13125550100"}, "is not the name of a group of Ansible or of this inventory"),
        ({"api_key": "{{ nothing }}"}, "api_key: "),
    ],
)
def test_error_is_one_with_the_sentence_of_call_info(
    telephony: Simulator, tmp_path: Path, options: dict[str, Any], message: str
) -> None:
    source = write(tmp_path, **options)
    given = {**variables(telephony), "ANSIBLE_INVENTORY_ENABLED": "voiceops.telnyx.calls"}
    done = command(tmp_path, "ansible-inventory", "-i", source, "--list", **given, **STRICT)
    assert done.returncode == 1
    text = " ".join(done.stderr.split())
    assert message in text
    assert "Traceback" not in text


def test_without_the_setting_an_error_is_a_warning(telephony: Simulator, tmp_path: Path) -> None:
    source = write(tmp_path, connection_id="2")
    without_key = {**variables(telephony), "TELNYX_API_KEY": ""}
    done = command(tmp_path, "ansible-inventory", "-i", source, "--list", **without_key)
    assert done.returncode == 0
    assert "a key of visible ASCII characters" in " ".join(done.stderr.split())
    assert json.loads(done.stdout)["_meta"]["hostvars"] == {}


def test_file_has_another_name(telephony: Simulator, tmp_path: Path) -> None:
    source = write(tmp_path, connection_id="2").rename(tmp_path / "calls.yml")
    done = command(tmp_path, "ansible-inventory", "-i", source, "--list", **variables(telephony), **STRICT)
    assert done.returncode == 1


def shown(folder: Path, source: Path, **given: str) -> dict[str, Any]:
    """Return what a template of the host variables gives on each host, by call."""
    task = {"name": "show", "ansible.builtin.debug": {"msg": ["{{ call_sid }}", "{{ telnyx_call.caller_name }}"]}}
    run = runs.playbook(folder, [{"hosts": "all", "gather_facts": False, "tasks": [task]}], "-i", str(source), **given)
    assert run.code == 0, run.output
    return dict(one["result"]["msg"] for one in run.tasks)


def test_text_of_strangers_is_never_a_template(telephony: Simulator, tmp_path: Path) -> None:
    wanted = {f"v3:name-{number}": name for number, name in enumerate(NAMES)}
    given = variables(telephony)
    # A variable and a group that are made of such a text are not templates either.
    own = {"compose": {"caller": "telnyx_call.caller_name"}, "keyed_groups": [{"key": "telnyx_call.caller_name"}]}
    source = write(tmp_path, connection_id="2", **own)
    assert shown(tmp_path, source, **given) == wanted
    exported = export(tmp_path, source, **given)
    assert '"42"' not in json.dumps(exported)
    assert shown(tmp_path, script(tmp_path / "awx", exported), **given) == wanted
    # What cannot be a template is stored as plain text.
    assert exported["_meta"]["hostvars"]["v3-name-8"]["telnyx_call"]["caller_name"] == "$(id)"
    task = {"name": "show", "ansible.builtin.debug": {"msg": ["{{ call_sid }}", "{{ caller }}"]}}
    plays = [{"hosts": "all", "gather_facts": False, "tasks": [task]}]
    run = runs.playbook(tmp_path, plays, "-i", str(tmp_path / "awx" / "stored"), **given)
    assert dict(one["result"]["msg"] for one in run.tasks) == wanted


def test_values_of_the_file_may_be_templates(telephony: Simulator, tmp_path: Path) -> None:
    source = write(
        tmp_path, connection_id="{{ app }}", api_key="{{ lookup('ansible.builtin.env', 'OTHER') }}", limit="{{ 1 }}"
    )
    given = {**variables(telephony), "TELNYX_API_KEY": "wrong", "OTHER": runs.KEY}
    done = command(tmp_path, "ansible-inventory", "-i", source, "--list", "-e", f"app={CONNECTION_ID}", **given)
    assert list(json.loads(done.stdout)["_meta"]["hostvars"]) == ["v3-in"]


def test_constructed(telephony: Simulator, tmp_path: Path) -> None:
    source = write(
        tmp_path,
        connection_id=CONNECTION_ID,
        compose={"line": "telnyx_call.to[-2:]"},
        groups={"first": "line == '55'"},
        keyed_groups=[{"key": "line", "prefix": "line"}],
        strict=True,
    )
    found = hosts_of(export(tmp_path, source, **variables(telephony)))
    assert found["first"] == found["line_55"] == ["v3-in", "v3-ringing"]
    assert found["line_56"] == ["v3-other"]


def test_cache(telephony: Simulator, tmp_path: Path) -> None:
    cache = {"cache": True, "cache_plugin": "ansible.builtin.jsonfile", "cache_connection": str(tmp_path / "cache")}
    source = write(tmp_path, connection_id="2", **cache)
    first = export(tmp_path, source, **variables(telephony))
    before = len(telephony.ledger())
    assert export(tmp_path, source, **variables(telephony)) == first
    assert len(telephony.ledger()) == before
    (tmp_path / "play.yml").write_text(json.dumps([{"hosts": "all"}]), encoding="utf-8")
    options = ("-i", source, "play.yml", "--list-hosts", "--flush-cache")
    again = command(tmp_path, "ansible-playbook", *options, **variables(telephony))
    assert set(again.stdout.split()) > set(first["_meta"]["hostvars"])
    assert len(telephony.ledger()) > before
    assert all(runs.KEY not in path.read_text(encoding="utf-8") for path in (tmp_path / "cache").iterdir())


def test_patterns_limit_graph_and_ad_hoc_commands(telephony: Simulator, tmp_path: Path) -> None:
    source = write(tmp_path, connection_id=CONNECTION_ID)
    given = variables(telephony)
    graph = command(tmp_path, "ansible-inventory", "-i", source, "--graph", "telnyx_to_13122010055", **given)
    assert re.findall(r"--(v3-\w+)", graph.stdout) == ["v3-in", "v3-ringing"]
    listed = ["ansible", "-i", source, "telnyx_calls:!telnyx_ringing", "--limit", "v3-*:!v3-other", "--list-hosts"]
    assert command(tmp_path, *listed, **given).stdout.split()[-1] == "v3-in"
    call = ["-m", "voiceops.telnyx.call_recording", "-a", "call_sid={{ call_sid }}"]
    done = command(tmp_path, "ansible", "-i", source, "telnyx_to_13122010056", *call, **given)
    assert done.returncode == 0, done.stdout
    assert done.stdout.startswith("v3-other | CHANGED")
    assert len(telephony.recordings("v3:other")) == 1


@pytest.mark.parametrize("stored", [False, True])
def test_variables_of_a_number_win(telephony: Simulator, tmp_path: Path, stored: bool) -> None:
    groups = {
        "telnyx_calls": "all",
        "zzz": "the file",
        "telnyx_in_progress": "status",
        "telnyx_to_13122010055": "number",
    }
    (tmp_path / "group_vars").mkdir()
    for name, value in groups.items():
        (tmp_path / "group_vars" / f"{name}.yml").write_text(json.dumps({"from_group": value}), encoding="utf-8")
    source = write(tmp_path, connection_id=CONNECTION_ID, group="zzz")
    given = variables(telephony)
    if stored:
        source = script(tmp_path / "awx", export(tmp_path, source, **given))
    done = command(tmp_path, "ansible-inventory", "-i", source, "--list", **given)
    found = json.loads(done.stdout)["_meta"]["hostvars"]
    assert {name: one["from_group"] for name, one in found.items()} == {
        "v3-in": "number",
        "v3-ringing": "number",
        "v3-other": "the file",
    }


def test_two_files_name_a_call_alike(telephony: Simulator, tmp_path: Path) -> None:
    sources = [
        write(tmp_path, "one", connection_id=CONNECTION_ID, group="one"),
        write(tmp_path, "two", call_sid=["v3:in"], group="two"),
    ]
    found = hosts_of(export(tmp_path, *sources, **variables(telephony)))
    assert set(found["one"]) & set(found["two"]) == {"v3-in"}
