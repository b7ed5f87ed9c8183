# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guide of AWX: its files say what AWX takes and the modules need, and its playbooks run as a job would run them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.voiceops.telnyx.plugins.module_utils._modules import call_recording as _call_recording
from ansible_collections.voiceops.telnyx.plugins.module_utils._task.options import CONNECTION
from ansible_collections.voiceops.telnyx.plugins.modules import call_recording
from jinja2.sandbox import ImmutableSandboxedEnvironment
from support import guides, inventories, runs
from support.runs import KEY, Run, playbook
from support.simulator import Simulator, running

(GUIDE,) = (page for page in guides.GUIDES if page.stem == "guide_awx")
FOLDER = runs.ROOT / "docs" / "awx"
SAMPLES = guides.files(GUIDE)
CREDENTIAL = {"api_key": KEY, "account_sid": runs.ACCOUNT}

INPUTS, INJECTORS, ENVIRONMENT = (
    yaml.safe_load((FOLDER / f"{name}.yml").read_text(encoding="utf-8"))
    for name in ("credential_type_inputs", "credential_type_injectors", "execution-environment")
)
SURVEY = json.loads((FOLDER / "survey.json").read_text(encoding="utf-8"))
QUESTIONS = {question["variable"]: question for question in SURVEY["spec"]}

# What AWX allows in each of its formats.
FIELD = {"id", "type", "label", "secret", "multiline", "help_text", "default", "choices", "format", "ask_at_runtime"}
ANSWERS: dict[str, type] = {
    "text": str,
    "textarea": str,
    "password": str,
    "multiplechoice": str,
    "multiselect": str,
    "integer": int,
}


def injected() -> dict[str, str]:
    """Return the environment of a job that has the credential, as AWX renders it."""
    sandbox = ImmutableSandboxedEnvironment()
    return {name: sandbox.from_string(value).render(**CREDENTIAL) for name, value in INJECTORS["env"].items()}


def job(simulator: Simulator, folder: Path, sample: str, *options: str, **extra_vars: Any) -> Run:
    """Run a playbook of the guide as a job does: with the credential's environment, and extra variables from a file."""
    guides.write(GUIDE, folder)
    (folder / "extravars.json").write_text(json.dumps(extra_vars), encoding="utf-8")
    environment = {**injected(), "TELNYX_BASE_URL": simulator.base_url}
    return playbook(folder, sample, "-e", "@extravars.json", *options, **environment)


def answers(**given: Any) -> dict[str, Any]:
    """Return what a survey gives to a job: the answers, and the defaults of the questions that were left alone."""
    defaults = {name: question["default"] for name, question in QUESTIONS.items() if question["default"] != ""}
    return {**defaults, **given}


def test_every_sample_of_the_guide_has_a_test() -> None:
    assert sorted(SAMPLES) == [
        "archive.yml",
        "calls.telnyx.yml",
        "credential_type_injectors.yml",
        "credential_type_inputs.yml",
        "execution-environment.yml",
        "group_vars/telnyx_to_13125550100.yml",
        "record_call.yml",
        "record_calls.yml",
        "record_inventory.yml",
        "record_large.yml",
        "variables.yml",
    ]


@pytest.mark.parametrize("path", sorted(FOLDER.iterdir()), ids=lambda path: path.name)
def test_guide_shows_the_files(path: Path) -> None:
    text = GUIDE.read_text(encoding="utf-8")
    if path.suffix == ".yml":
        assert yaml.safe_load(SAMPLES[path.name]) == yaml.safe_load(path.read_text(encoding="utf-8"))
    else:
        assert f"--data @{path.name}" in text
        for name, question in QUESTIONS.items():
            assert f"* - {question['question_name']}\n     - ``{name}``\n" in text


def test_commands_of_the_guide() -> None:
    programs = [program for program, *_arguments in guides.commands(GUIDE)]
    assert programs == ["ansible-builder", "podman", "curl", "curl"]


def test_credential_type_is_one_that_awx_takes() -> None:
    assert set(INPUTS) == {"fields", "required"}
    names = [field["id"] for field in INPUTS["fields"]]
    assert len(set(names)) == len(names)
    assert set(INPUTS["required"]) <= set(names)
    for field in INPUTS["fields"]:
        assert {"id", "label"} <= set(field) <= FIELD
        assert field["type"] in ("string", "boolean")
    assert set(INJECTORS) == {"env"}
    assert not any(name.startswith("ANSIBLE_") for name in INJECTORS["env"])


def test_credential_sets_what_the_modules_require() -> None:
    required = {name: option.spec for name, option in CONNECTION.items() if option.spec.get("required")}
    assert INPUTS["required"] == list(required)
    wanted = {option["fallback"][1][0]: CREDENTIAL[name] for name, option in required.items()}
    assert injected() == wanted
    # An input that is left out would give an empty variable, which is not the same as none.
    assert [field["id"] for field in INPUTS["fields"]] == INPUTS["required"]


def test_what_is_secret_is_secret() -> None:
    for field in INPUTS["fields"]:
        assert field.get("secret", False) == CONNECTION[field["id"]].spec.get("no_log", False)


def test_execution_environment_has_the_collection_and_what_it_needs() -> None:
    assert ENVIRONMENT["version"] == 3
    assert ENVIRONMENT["dependencies"]["galaxy"]["collections"] == ["voiceops.telnyx"]
    own = yaml.safe_load((runs.COLLECTION / "meta" / "execution-environment.yml").read_text(encoding="utf-8"))
    assert (runs.COLLECTION / own["dependencies"]["python"]).is_file()


@pytest.mark.parametrize("name", QUESTIONS)
def test_question_is_an_option_of_the_module(name: str) -> None:
    question, option = QUESTIONS[name], _call_recording.OPTIONS[name].spec
    documented = yaml.safe_load(call_recording.DOCUMENTATION)["options"].get(name, {})
    assert question["required"] == option.get("required", False)
    assert isinstance(question["default"], ANSWERS[question["type"]])
    if option["type"] == "bool":
        assert (question["type"], question["choices"]) == ("multiplechoice", ["true", "false"])
    else:
        assert question["choices"] == option.get("choices", [])
        assert (question["type"] == "multiplechoice") == ("choices" in option)
    if question["choices"]:
        assert f"The API's default is V({question['default']})." in documented["description"]
        assert question["default"] in question["choices"]
    elif question["type"] == "integer":
        assert question["default"] == option["default"]
        assert option["type"] == "int"
    else:
        assert question["default"] == ""


def test_survey_is_one_that_awx_takes() -> None:
    assert set(SURVEY) == {"name", "description", "spec"}
    assert len(QUESTIONS) == len(SURVEY["spec"])
    for question in SURVEY["spec"]:
        assert {"question_name", "variable", "type", "required"} <= set(question)
        for bound in ("min", "max"):
            assert question[bound] is None or isinstance(question[bound], int)


@pytest.mark.parametrize("name", [name for name, one in QUESTIONS.items() if one["type"] == "integer"])
def test_bounds_are_those_of_the_module(simulator: Simulator, tmp_path: Path, name: str) -> None:
    question = QUESTIONS[name]
    for value in (question["min"] - 1, question["max"] + 1):
        result = runs.run_module(tmp_path, {**simulator.connection, "call_sid": "v3:a", name: value})
        assert result["argument_errors"][0]["path"] == name
    for value in (question["min"], question["max"]):
        given = {**simulator.connection, "call_sid": simulator.fresh(), name: value}
        assert runs.run_module(tmp_path, given)["changed"]


def test_survey_records_a_call(simulator: Simulator, tmp_path: Path) -> None:
    call = simulator.fresh()
    variables = yaml.safe_load(SAMPLES["variables.yml"])
    given = answers(call_sid=call, recording_channels="single", play_beep="false")
    run = job(simulator, tmp_path, "record_call.yml", **{**variables, **given})
    assert run.code == 0, run.output
    (sent,) = simulator.requests(call)
    assert sorted(sent["body"].split("&")) == [
        "PlayBeep=false",
        "RecordingChannels=single",
        "RecordingStatusCallback=https%3A%2F%2Frunbooks.example.com%2Frecordings",
        "RecordingTrack=both",
    ]
    assert KEY not in run.output
    # The template's variables say so: a second launch does not record twice.
    again = job(simulator, tmp_path, "record_call.yml", **{**variables, **given})
    assert again.code == 0
    assert len(simulator.recordings(call)) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [(name, value) for name, one in QUESTIONS.items() for value in one["choices"]],
)
def test_every_choice_is_allowed(simulator: Simulator, tmp_path: Path, name: str, value: str) -> None:
    given = {**simulator.connection, "call_sid": simulator.fresh(), name: value}
    assert runs.run_module(tmp_path, given)["changed"]


def test_survey_with_the_playbook_of_the_collection(simulator: Simulator, tmp_path: Path) -> None:
    call = simulator.fresh()
    run = job(simulator, tmp_path, "voiceops.telnyx.record_call", **answers(call_sid=call))
    assert run.code == 0, run.output
    assert len(simulator.recordings(call)) == 1


@pytest.mark.long
def test_scheduled_archive(simulator: Simulator, tmp_path: Path) -> None:
    (sid,) = simulator.completed()
    given = {"archive_dest": str(tmp_path / "calls"), "archive_recording_sid": sid}
    run = job(simulator, tmp_path, "archive.yml", **given)
    assert run.code == 0, run.output
    assert run.result("Show the summary")["archive_result.summary"]["archived"] == 1
    assert list((tmp_path / "calls").rglob(f"{sid}.wav"))


def test_answer_that_is_left_empty_fails(simulator: Simulator, tmp_path: Path) -> None:
    given = answers(call_sid=simulator.fresh(), recording_status_callback="")
    run = job(simulator, tmp_path, "record_call.yml", **given)
    assert run.code == 2
    assert "recording_status_callback is ''" in run.output


def test_survey_with_several_calls(simulator: Simulator, tmp_path: Path) -> None:
    calls = [simulator.fresh(), simulator.fresh()]
    run = job(simulator, tmp_path, "record_calls.yml", calls="\n".join(calls) + "\n")
    assert run.code == 0, run.output
    assert [len(simulator.recordings(call)) for call in calls] == [1, 1]


def test_large_run(simulator: Simulator, tmp_path: Path) -> None:
    calls = [simulator.fresh(), runs.ENDED]
    run = job(simulator, tmp_path, "record_large.yml", calls="\n".join(calls), results_folder=str(tmp_path))
    assert run.code == 0, run.output
    assert run.result("Show the numbers")["recorded.summary"]["started"] == 1
    assert run.result("Show which calls the API refused")["msg"] == [runs.ENDED]


def slices(inventory: dict[str, Any], count: int) -> list[dict[str, Any]]:
    """Return the inventories of the jobs of a sliced job: every count-th host, in the order of their names."""
    hosts = sorted(inventory["all"]["hosts"].items())
    return [{"all": {"hosts": dict(hosts[number::count])}} for number in range(count)]


def run_slices(simulator: Simulator, folder: Path, sample: str, inventory: dict[str, Any], **extra_vars: Any) -> None:
    for number, hosts in enumerate(slices(inventory, 3)):
        (folder / f"slice-{number}.yml").write_text(yaml.safe_dump(hosts), encoding="utf-8")
        run = job(simulator, folder, sample, "-i", f"slice-{number}.yml", **extra_vars)
        assert run.code == 0, run.output


def test_stored_inventory_is_recorded_as_the_guide_says(tmp_path: Path) -> None:
    calls = [{"sid": "v3:queue", "to": "+13125550100"}, {"sid": "v3:other", "to": "+13125550101"}]
    guides.write(GUIDE, tmp_path)
    with running(tmp_path / "state", calls=calls) as one:
        environment = {**injected(), "TELNYX_BASE_URL": one.base_url, "ANSIBLE_VERBOSITY": "0"}
        stored = inventories.export(tmp_path, tmp_path / "calls.telnyx.yml", **environment)
        run = job(one, tmp_path, "record_inventory.yml", "-i", str(inventories.script(tmp_path / "awx", stored)))
        assert run.code == 0, run.output
        assert [one.requests(call["sid"])[-1]["body"] for call in calls] == ["RecordingChannels=single", ""]


@pytest.mark.long
def test_localhost_is_in_every_slice(simulator: Simulator, tmp_path: Path) -> None:
    call = simulator.fresh()
    hosts = {f"call-{number}": {} for number in range(3)}
    run_slices(simulator, tmp_path, "record_call.yml", {"all": {"hosts": hosts}}, call_sid=call)
    assert len(simulator.recordings(call)) == 3
