# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What stands in playbooks: keywords, facts, roles, playbooks by name, and every documented example as written."""

from __future__ import annotations

import contextlib
import importlib
import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.voiceops.telnyx.plugins.modules import call_recording
from support import raw_server, runs
from support.entry_points import background
from support.runs import KEY, play, playbook, task
from support.simulator import Simulator, running


def variables(simulator: Simulator) -> dict[str, str]:
    return {"TELNYX_API_KEY": KEY, "TELNYX_ACCOUNT_SID": runs.ACCOUNT, "TELNYX_BASE_URL": simulator.base_url}


def show(name: str, expression: str) -> dict[str, Any]:
    return {"name": name, "ansible.builtin.debug": {"msg": f"{{{{ {expression} }}}}"}}


def test_options_from_the_environment_of_the_controller(simulator: Simulator, tmp_path: Path) -> None:
    run = playbook(tmp_path, play(task({"call_sid": runs.LIVE})), **variables(simulator))
    assert run.result("record")["changed"]


@pytest.mark.parametrize("level", ["task", pytest.param("play", marks=pytest.mark.long)])
def test_options_from_the_environment_keyword(simulator: Simulator, tmp_path: Path, level: str) -> None:
    given = {name: f"{{{{ '{value}' }}}}" for name, value in variables(simulator).items()}
    on_task, on_play = ({"environment": given}, {}) if level == "task" else ({}, {"environment": given})
    plays = play(task({"call_sid": runs.LIVE}, **on_task), **on_play)
    run = playbook(tmp_path, plays, "-vvvv", TELNYX_API_KEY="another")
    assert run.result("record")["changed"], run.output
    # ansible-core prints the environment of a module that it starts.
    assert KEY not in run.output


def test_module_defaults_of_the_action_group(simulator: Simulator, tmp_path: Path) -> None:
    defaults = {"group/voiceops.telnyx.telnyx": simulator.connection}
    run = playbook(tmp_path, play(task({"call_sid": runs.LIVE}), module_defaults=defaults))
    assert run.result("record")["changed"], run.output


def test_facts_are_read_later(simulator: Simulator, tmp_path: Path) -> None:
    run = playbook(
        tmp_path,
        play(
            task({**simulator.connection, "call_sid": [runs.LIVE, runs.LIVE_TOO]}, "both"),
            show("of both", f"ansible_facts['telnyx_call_recordings']['{runs.LIVE_TOO}']['sid']"),
            task({**simulator.connection, "call_sid": runs.LIVE}, "one"),
            show("of one", "ansible_facts['telnyx_call_recording']['sid']"),
            show("calls", "ansible_facts['telnyx_call_recordings'] | list"),
        ),
    )
    assert run.result("of both")["msg"] == run.result("both")["recordings"][1]["sid"]
    assert run.result("of one")["msg"] == run.result("one")["recording"]["sid"]
    assert run.result("calls")["msg"] == [runs.LIVE]


@background
def test_background_task(simulator: Simulator, tmp_path: Path) -> None:
    args = {**simulator.connection, "call_sid": runs.LIVE, "recording_status_callback": "https://me:hunter2@e.example/"}
    run = playbook(tmp_path, play(task(args, **{"async": 600, "poll": 1})), "-vvvv")
    assert run.code == 0, run.output
    assert run.result("record")["recording"]["call_sid"] == runs.LIVE
    assert "hunter2" not in run.output
    assert KEY not in run.output


@pytest.mark.parametrize("where", ["task", "group"])
def test_key_that_is_encrypted_in_place(simulator: Simulator, tmp_path: Path, where: str) -> None:
    (tmp_path / "password").write_text("open sesame", encoding="utf-8")
    vault = [
        str(Path(sys.executable).parent / "ansible-vault"),
        "encrypt_string",
        "--vault-password-file",
        "password",
        KEY,
    ]
    cipher = subprocess.run(vault, cwd=tmp_path, check=True, capture_output=True, text=True).stdout.strip()
    indent = 8 if where == "task" else 6
    cipher = cipher.replace("\n          ", "\n" + " " * (indent + 2))
    key = f"{' ' * indent}api_key: {cipher}\n"
    (tmp_path / "vault.yml").write_text(
        "- hosts: localhost\n  connection: local\n  gather_facts: false\n"
        + (f"  module_defaults:\n    group/voiceops.telnyx.telnyx:\n{key}" if where == "group" else "")
        + f"  tasks:\n    - name: record\n      {runs.MODULE}:\n        call_sid: {runs.LIVE}\n"
        + (key if where == "task" else ""),
        encoding="utf-8",
    )
    given = {**variables(simulator), "TELNYX_API_KEY": "another", "ANSIBLE_VAULT_PASSWORD_FILE": "password"}
    run = playbook(tmp_path, str(tmp_path / "vault.yml"), "-vvvv", **given)
    assert run.code == 0, run.output
    assert KEY not in run.output


def test_target_needs_no_jsonschema(simulator: Simulator, tmp_path: Path) -> None:
    (tmp_path / "jsonschema.py").write_text("raise ImportError('not here')\n", encoding="utf-8")
    # The environment keyword reaches the module, and not the action plugin.
    only_there = {"environment": {"PYTHONPATH": str(tmp_path)}}
    run = playbook(tmp_path, play(task({**simulator.connection, "call_sid": runs.LIVE}, **only_there)))
    assert run.result("record")["changed"], run.output


def test_wrong_task_opens_no_connection(tmp_path: Path) -> None:
    plays = play(task({"api_key": KEY, "account_sid": "a", "call_sid": ""}), connection="ssh", hosts="all")
    run = playbook(tmp_path, plays, "-i", "host-that-is-not.invalid,")
    assert run.result("record")["argument_errors"][0]["path"] == "call_sid[0]"
    assert "UNREACHABLE" not in run.output


def test_action_and_module_return_the_same_keys_in_a_loop(simulator: Simulator, tmp_path: Path) -> None:
    loop = {"loop": [runs.LIVE, runs.ENDED], "ignore_errors": True}
    run = playbook(tmp_path, play(task({**simulator.connection, "call_sid": "{{ item }}"}, **loop)))
    first, second = run.result("record")["results"]
    assert first["recording"]["call_sid"] == runs.LIVE
    assert second["outcomes"][0]["http_status"] == 404


def role(**given: Any) -> dict[str, Any]:
    return {"name": "role", "ansible.builtin.include_role": {"name": "voiceops.telnyx.record_call"}, "vars": given}


def test_role(simulator: Simulator, tmp_path: Path) -> None:
    before = len(simulator.ledger())
    run = playbook(
        tmp_path,
        play(
            role(
                record_call_call_sid=runs.LIVE,
                record_call_play_beep=False,
                record_call_recording_status_callback_event="in-progress completed",
            ),
            show("left", "record_call_result.recording.sid"),
            show("fact", "ansible_facts['telnyx_call_recording']['sid']"),
        ),
        **variables(simulator),
    )
    assert run.code == 0, run.output
    assert run.result("left")["msg"] == run.result("fact")["msg"]
    (sent,) = simulator.ledger()[before:]
    assert sorted(sent["body"].split("&")) == ["PlayBeep=false", "RecordingStatusCallbackEvent=in-progress+completed"]


def test_role_keeps_the_facts_of_what_was_started_when_it_fails(simulator: Simulator, tmp_path: Path) -> None:
    given = {"record_call_api_key": KEY, "record_call_account_sid": runs.ACCOUNT}
    run = playbook(
        tmp_path,
        play(
            {
                "name": "try",
                "block": [
                    role(record_call_call_sid=[runs.LIVE, runs.ENDED], record_call_base_url=simulator.base_url, **given)
                ],
                "rescue": [
                    show("facts", "ansible_facts['telnyx_call_recordings'] | list"),
                    show("said", "ansible_failed_result.msg"),
                    show(
                        "left",
                        "record_call_result.outcomes | rejectattr('outcome', 'eq', 'started') | map(attribute='call_sid') | list",
                    ),
                ],
            }
        ),
        "-vvvv",
    )
    assert run.result("facts")["msg"] == [runs.LIVE]
    assert run.result("said")["msg"].startswith("1 of 2 recordings started, 1 failed.")
    assert run.result("left")["msg"] == [runs.ENDED]
    assert KEY not in run.output


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "missing required arguments: record_call_call_sid"),
        (
            {"record_call_call_sid": runs.LIVE, "record_call_recording_track": "sideways"},
            "one of: inbound, outbound, both",
        ),
        ({"record_call_call_sid": " "}, "call_sid[0] is ' '; it must be a SID"),
        (
            {"record_call_call_sid": runs.LIVE, "record_call_wait_timeout": 0},
            "record_call_wait_timeout is 0; it must be a",
        ),
        ({"record_call_call_sid": runs.ENDED}, "The API answered 404"),
    ],
)
def test_role_checks_its_input(simulator: Simulator, tmp_path: Path, given: dict[str, Any], said: str) -> None:
    run = playbook(tmp_path, play(role(**given)), **variables(simulator))
    assert run.code == 2
    assert said in run.output


def test_playbook_by_name(simulator: Simulator, tmp_path: Path) -> None:
    before = len(simulator.ledger())
    options = ["-e", f"call_sid={runs.LIVE}", "-e", "play_beep=false", "-e", "recording_channels=single"]
    run = playbook(tmp_path, "voiceops.telnyx.record_call", *options, **variables(simulator))
    assert run.code == 0, run.output
    (sent,) = simulator.ledger()[before:]
    assert sent["body"] == "PlayBeep=false&RecordingChannels=single"
    (fact,) = run.result("Show the facts of the recordings")["ansible_facts['telnyx_call_recordings']"].values()
    assert fact["sid"] == run.result("Start the recordings")["recording"]["sid"]


def test_playbook_with_several_calls_in_check_mode(simulator: Simulator, tmp_path: Path) -> None:
    before = simulator.ledger()
    calls = json.dumps({"call_sid": [runs.LIVE, runs.LIVE_TOO]})
    run = playbook(tmp_path, "voiceops.telnyx.record_call", "--check", "-e", calls, **variables(simulator))
    assert run.code == 0, run.output
    assert simulator.ledger() == before
    assert len(run.result("Show what would be sent")["recorded.requests"]) == 2


def test_playbook_without_a_call(tmp_path: Path) -> None:
    run = playbook(tmp_path, "voiceops.telnyx.record_call", TELNYX_API_KEY=KEY, TELNYX_ACCOUNT_SID="a")
    assert run.code == 2
    assert "call_sid is missing" in run.output


def test_demo(tmp_path: Path) -> None:
    run = playbook(tmp_path, "voiceops.telnyx.demo")
    assert run.code == 0, run.output
    assert run.result("Start the recordings")["recording"]["channels"] == 1
    assert len(run.result("Show the error")["msg"]["argument_errors"]) == 3
    assert not (tmp_path / "ansible" / "voiceops.telnyx.simulator").exists()


@pytest.mark.long
def test_demo_in_check_mode(tmp_path: Path) -> None:
    run = playbook(tmp_path, "voiceops.telnyx.demo", "--check")
    assert run.code == 0, run.output
    assert not (tmp_path / "ansible" / "voiceops.telnyx.simulator").exists()


@pytest.mark.long
def test_simulator_in_a_folder_beside_the_playbook(tmp_path: Path) -> None:
    include = {"ansible.builtin.include_role": {"name": "voiceops.telnyx.simulator"}}
    for state in ("started", "stopped"):
        run = playbook(tmp_path, play({**include, "vars": {"simulator_state": state, "simulator_directory": "sim"}}))
        assert run.code == 0, run.output
        assert (tmp_path / "sim").exists() == (state == "started")


@pytest.mark.long
@pytest.mark.parametrize(
    "module",
    [
        "call_info",
        "call_recording_status",
        "recording",
        "recording_archive",
        "recording_info",
        "recording_media",
        "transcription",
        "transcription_info",
    ],
)
def test_examples_of_the_other_modules(tmp_path: Path, module: str) -> None:
    documentation = importlib.import_module(f"ansible_collections.voiceops.telnyx.plugins.modules.{module}")
    # Of its own: an example may not find the recordings of another one.
    with running(tmp_path / "state") as simulator:
        simulator.ask("POST", "recordings", {"call_sid": runs.LIVE_TOO})
        run = playbook(tmp_path, play(*yaml.safe_load(documentation.EXAMPLES)), **variables(simulator))
    assert run.code == 0, run.output


def test_examples_of_the_module(simulator: Simulator, tmp_path: Path) -> None:
    tasks = yaml.safe_load(call_recording.EXAMPLES)
    (tmp_path / "calls.txt").write_text(f"{simulator.fresh()}\n{simulator.fresh()}\n", encoding="utf-8")
    given = {"vault_telnyx_api_key": KEY, "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    run = playbook(tmp_path, play(*tasks, vars=given), **variables(simulator))
    assert run.code == 0, run.output
    assert (
        "is being recorded" not in run.result("Show which calls are not being recorded, and why")["results"][0]["msg"]
    )


def blocks(path: Path) -> list[str]:
    """Return the playbooks that stand in a page."""
    found = re.findall(r"^```yaml\n(.*?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [text for text in found if "hosts:" in text]


@contextlib.contextmanager
def recordings_end(simulator: Simulator) -> Iterator[None]:
    """Let the recordings end that are started meanwhile, since an example may wait for that."""
    done = threading.Event()
    ended = set(simulator.recordings(runs.LIVE))

    def end() -> None:
        while not done.wait(1):
            for sid in set(simulator.recordings(runs.LIVE)) - ended:
                simulator.ask("PATCH", f"recordings/{sid}", {"status": "stopped"})
                ended.add(sid)

    thread = threading.Thread(target=end)
    thread.start()
    yield
    done.set()
    thread.join()


ROLES = ("archive", "record_call", "simulator")
PAGES = [runs.ROOT / "README.md", *(runs.ROOT / "roles" / role / "README.md" for role in ROLES)]
EXAMPLES = [(page, index) for page in PAGES for index in range(len(blocks(page)))]


@pytest.mark.parametrize(("page", "index"), EXAMPLES, ids=[f"{page.parent.name}-{index}" for page, index in EXAMPLES])
def test_examples_of_the_pages(simulator: Simulator, tmp_path: Path, page: Path, index: int) -> None:
    (tmp_path / "example.yml").write_text(blocks(page)[index], encoding="utf-8")
    with recordings_end(simulator):
        run = playbook(tmp_path, str(tmp_path / "example.yml"), **variables(simulator))
    assert run.code == 0, run.output


def test_first_five_minutes(tmp_path: Path) -> None:
    """A visitor's own task, on the simulator of the playbook, with its key and with one that is not known."""
    own = tmp_path / "record.yml"
    own.write_text(blocks(runs.ROOT / "README.md")[0], encoding="utf-8")
    started = playbook(tmp_path, "voiceops.telnyx.simulator")
    assert started.code == 0, started.output
    given = dict(re.findall(r'"export (TELNYX_\w+)=(\S+)"', started.output))
    good = playbook(tmp_path, str(own), **given)
    unknown = playbook(tmp_path, str(own), **{**given, "TELNYX_API_KEY": "KEY-of-somebody-else"})
    stopped = playbook(tmp_path, "voiceops.telnyx.simulator", "-e", "simulator_state=stopped")
    assert (good.code, unknown.code, stopped.code) == (0, 2, 0)
    assert "The API answered 401" in unknown.result("Start the recording")["msg"]
    assert "Check api_key (or TELNYX_API_KEY)" in unknown.result("Start the recording")["msg"]
    assert not (tmp_path / "ansible" / "voiceops.telnyx.simulator").exists()


def test_simulator_role_says_what_is_missing(tmp_path: Path) -> None:
    with raw_server.serving() as server:
        include = {"name": "start", "ansible.builtin.include_role": {"name": "voiceops.telnyx.simulator"}}
        run = playbook(tmp_path, play({**include, "vars": {"simulator_port": server.port, "simulator_api_key": KEY}}))
    assert run.code == 2
    assert f"port {server.port}: Address already in use" in run.output
    assert KEY not in run.output
