# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation and the argument specs are written by hand; here they are held against the schema."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
import yaml
from ansible.module_utils.basic import FILE_COMMON_ARGUMENTS
from ansible.plugins.doc_fragments import files
from ansible_collections.voiceops.telnyx.plugins.doc_fragments import connection, search
from ansible_collections.voiceops.telnyx.plugins.inventory import calls
from ansible_collections.voiceops.telnyx.plugins.module_utils._base import version as _version
from ansible_collections.voiceops.telnyx.plugins.module_utils._modules import call_hosts
from ansible_collections.voiceops.telnyx.plugins.module_utils._modules import call_recording as _call_recording
from ansible_collections.voiceops.telnyx.plugins.module_utils._task.validation import arguments_schema, check_replies
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx import call as _calls
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx import recording as _recordings
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.operation import option_name
from ansible_collections.voiceops.telnyx.plugins.modules import (
    call_info,
    call_recording,
    recording_archive,
    recording_info,
    transcription_info,
)
from support.runs import ROOT

PACKAGE = "ansible_collections.voiceops.telnyx.plugins"
FRAGMENTS = {
    "voiceops.telnyx.connection": connection,
    "voiceops.telnyx.search": search,
    "ansible.builtin.files": files,
}
MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py"))


def behaviour(module: str) -> Any:
    return importlib.import_module(f"{PACKAGE}.module_utils._modules.{module}").BEHAVIOUR


def schema(module: str) -> dict[str, Any]:
    return dict(arguments_schema(behaviour(module).operations, behaviour(module).options)["properties"])


def documented(module: str) -> dict[str, Any]:
    own = yaml.safe_load(importlib.import_module(f"{PACKAGE}.modules.{module}").DOCUMENTATION)
    extended = own["extends_documentation_fragment"]
    options = [
        yaml.safe_load(one.ModuleDocFragment.DOCUMENTATION)["options"]
        for name, one in FRAGMENTS.items()
        if name in extended
    ]
    return {name: option for part in (*options, own.get("options", {})) for name, option in part.items()}


ARCHIVE = "voiceops.telnyx.recording_archive"
SPEC = _call_recording.BEHAVIOUR.argument_spec
OPTIONS = documented("call_recording")
SCHEMA_OPTIONS = [(module, option) for module in MODULES for option in schema(module)]
SPEC_OPTIONS = [(module, option) for module in MODULES for option in behaviour(module).argument_spec]
TYPES = {"string": {"str", "path"}, "boolean": {"bool"}, "integer": {"int"}, "array": {"list"}}
# The first host of a batch of calls.
OF_BATCH = "hostvars[item[0]].record_call_"
# What the API does with an option that is not sent, where its schema does not say so.
PROSE_DEFAULTS = {"recording_track": "both", "recording_status_callback_event": "completed"}


@pytest.mark.parametrize("module", MODULES)
def test_every_option_of_the_schema_is_in_the_spec(module: str) -> None:
    spec = behaviour(module).argument_spec
    assert set(schema(module)) <= set(spec)
    assert set(spec) == set(documented(module))


@pytest.mark.parametrize(("module", "option"), SCHEMA_OPTIONS)
def test_spec_is_as_the_schema(module: str, option: str) -> None:
    found, allowed = behaviour(module).argument_spec[option], schema(module)[option]
    assert found["type"] in TYPES[allowed["type"]]
    assert found.get("choices") == allowed.get("items", allowed).get("enum")


@pytest.mark.parametrize(("module", "option"), SPEC_OPTIONS)
def test_documentation_is_as_the_spec(module: str, option: str) -> None:
    found, spec = documented(module)[option], behaviour(module).argument_spec[option]
    for key in ("type", "elements", "choices", "default"):
        assert found.get(key) == spec.get(key), key
    assert found.get("required", False) == spec.get("required", False)
    if option in FILE_COMMON_ARGUMENTS:
        # Both are Ansible's own.
        return
    for variable in spec.get("fallback", [None, []])[1]:
        assert f"E({variable})" in " ".join(found["description"])


@pytest.mark.parametrize("name", _call_recording.OPERATION.request["properties"])  # type: ignore[index]
def test_documentation_tells_the_default_of_the_api(name: str) -> None:
    option = option_name(name)
    schema = _call_recording.OPERATION.request["properties"][name]  # type: ignore[index]
    default = schema.get("default", PROSE_DEFAULTS.get(option))
    text = " ".join(OPTIONS[option]["description"])
    if default is None:
        assert "The API's default" not in text
    else:
        shown = str(default).lower() if isinstance(default, bool) else default
        assert f"The API's default is V({shown})." in text
    assert "default" not in OPTIONS[option]


@pytest.mark.parametrize("module", MODULES)
def test_only_the_key_is_secret(module: str) -> None:
    assert [name for name, option in behaviour(module).argument_spec.items() if option.get("no_log")] == ["api_key"]


def test_returned_recording_is_documented_field_by_field() -> None:
    returned = yaml.safe_load(call_recording.RETURN)
    fields = returned["recording"]["contains"]
    assert set(fields) == set(_call_recording.BEHAVIOUR.replies["recordings"]["properties"])
    assert check_replies(_call_recording.BEHAVIOUR.replies["recordings"], [returned["recording"]["sample"]]) == []
    assert returned["recordings"]["sample"] == [returned["recording"]["sample"]]


def test_looked_at_recording_is_documented_field_by_field() -> None:
    returned = yaml.safe_load(recording_info.RETURN)["recordings"]
    assert tuple(returned["contains"]) == _recordings.FIELDS
    assert [set(sample) for sample in returned["sample"]] == [set(_recordings.FIELDS)]


def test_found_call_is_documented_field_by_field() -> None:
    returned = yaml.safe_load(call_info.RETURN)["calls"]
    assert set(returned["contains"]) == {*_calls.FIELDS, "recordings"}
    (sample,) = returned["sample"]
    assert set(sample) == set(_calls.FIELDS)


def test_looked_at_transcription_is_documented_field_by_field() -> None:
    returned = yaml.safe_load(transcription_info.RETURN)["transcriptions"]
    described = yaml.safe_load((ROOT / "openapi" / "texml.yml").read_text(encoding="utf-8"))["components"]["schemas"]
    assert set(returned["contains"]) == set(described["Transcription"]["properties"]) == set(returned["sample"][0])


def test_user_agent_names_the_version_of_the_collection() -> None:
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
    assert galaxy["version"] == _version.VERSION


def test_readme_installs_what_is_required() -> None:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    required = [f"'{line}'" for line in lines if line and not line.startswith("#")]
    assert f"pip install {' '.join(required)}\n" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_action_group_has_every_module() -> None:
    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))
    modules = {path.stem for path in (ROOT / "plugins" / "modules").glob("*.py")}
    assert set(runtime["action_groups"]["telnyx"]) == modules
    assert {path.stem for path in (ROOT / "plugins" / "action").glob("*.py")} == modules


def test_inventory_has_the_options_of_call_info() -> None:
    own = yaml.safe_load(calls.DOCUMENTATION)
    assert {"voiceops.telnyx.search", "voiceops.telnyx.connection"} <= set(own["extends_documentation_fragment"])
    for name, option in call_hosts.BEHAVIOUR.options.items():
        told = {**documented("call_info").get(name, {}), **own["options"].get(name, {})}
        variables = [one["name"] for one in told.get("env", [])]
        assert variables == list(option.spec.get("fallback", [None, []])[1])
        for key in ("type", "elements", "choices", "default"):
            assert told.get(key) == option.spec.get(key), (name, key)


@pytest.mark.parametrize("role", ["archive", "record_call", "simulator"])
def test_role_variables_are_documented(role: str) -> None:
    folder = ROOT / "roles" / role
    specified = yaml.safe_load((folder / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
    options = specified["argument_specs"]["main"]["options"]
    defaults = yaml.safe_load((folder / "defaults" / "main.yml").read_text(encoding="utf-8"))
    readme = (folder / "README.md").read_text(encoding="utf-8")
    assert all(name.startswith(f"{role}_") for name in options)
    assert set(defaults) <= set(options)
    for name, value in defaults.items():
        if "default" in options[name]:
            assert options[name]["default"] == value
    for name in options:
        assert f"`{name}`" in readme


def test_every_option_of_the_archive_is_passed_on() -> None:
    (scope,) = yaml.safe_load((ROOT / "roles" / "archive" / "tasks" / "main.yml").read_text(encoding="utf-8"))
    given = [scope["module_defaults"][name] for name in ("group/voiceops.telnyx.telnyx", ARCHIVE)]
    last = scope["block"][-1][ARCHIVE]
    args = {name: value for part in (*given, last) for name, value in part.items()}
    assert set(args) == set(behaviour("recording_archive").argument_spec)
    for name in set(args) - {"uploads"}:
        assert args[name] == f"{{{{ archive_{name} | default(omit) }}}}"
    # Nothing is deleted or removed before the upload.
    assert not {"delete", "delete_after", "keep", "page"} & set(given[1])


def test_returned_summary_is_documented_field_by_field() -> None:
    returned = yaml.safe_load(recording_archive.RETURN)
    assert set(returned["summary"]["sample"]) <= set(returned["summary"]["contains"])
    for name in ("outcomes", "plan", "to_upload", "problems"):
        for sample in returned[name]["sample"]:
            assert set(sample) == set(returned[name]["contains"])


@pytest.mark.parametrize(
    ("path", "module", "prefix", "set_otherwise"),
    [
        ("roles/record_call/tasks/main.yml", "call_recording", "record_call_", set()),
        ("playbooks/record_call.yml", "call_recording", "", set()),
        ("playbooks/stop_recording.yml", "call_recording_status", "", {"call_sid", "status"}),
        (
            "playbooks/record_inventory.yml",
            "call_recording",
            OF_BATCH,
            {"call_sid", "unless_recording", "results_path"},
        ),
    ],
)
def test_every_option_of_the_module_is_passed_on(path: str, module: str, prefix: str, set_otherwise: set[str]) -> None:
    found = yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))
    # A block of the role or of a play, or a play.
    blocks = [*found, *(task for play in found for task in play.get("tasks", []))]
    (scope,) = (one for one in blocks if "module_defaults" in one)
    task = next(task for task in scope.get("block", scope.get("tasks")) if f"voiceops.telnyx.{module}" in task)
    args = {**scope["module_defaults"]["group/voiceops.telnyx.telnyx"], **task[f"voiceops.telnyx.{module}"]}
    # Each batch of an inventory would replace the file of the one before.
    left_out = {"results_path"} & set_otherwise - set(args)
    assert set(args) | left_out == set(behaviour(module).argument_spec)
    for name in set(args) - set_otherwise:
        assert args[name] == f"{{{{ {prefix}{name} | default(omit) }}}}"
