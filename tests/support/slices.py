# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Slices of a job, run as AWX does: each by a worker of ansible-runner, with its hosts of a stored inventory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from support import inventories, runs
from support.simulator import Simulator

BIN = Path(sys.executable).parent
PLAYBOOK = [{"name": "Record", "ansible.builtin.import_playbook": "voiceops.telnyx.record_inventory"}]


class Job(NamedTuple):
    """What became of the job of a slice."""

    code: int
    output: str


def sliced(stored: Mapping[str, Any], number: int, count: int) -> dict[str, Any]:
    """Return the inventory of one slice, of which the first has the number 1: every count-th host by name."""
    hostvars = stored["_meta"]["hostvars"]
    own = sorted(hostvars)[number - 1 :: count]
    groups = {
        name: {**group, "hosts": [host for host in group.get("hosts", []) if host in own]}
        for name, group in stored.items()
        if name != "_meta"
    }
    return {**groups, "_meta": {"hostvars": {host: hostvars[host] for host in own}}}


class Slice:
    """A job that runs on another node: what it needs is transmitted, and its results come back in the same way."""

    def __init__(self, folder: Path, simulator: Simulator, inventory: Mapping[str, Any], **extra_vars: Any) -> None:
        self._folder = folder
        data = folder / "data"
        for name in ("project", "env"):
            (data / name).mkdir(parents=True)
        (data / "project" / "record.yml").write_text(json.dumps(PLAYBOOK), encoding="utf-8")
        inventories.script(data / "inventory", inventory)
        given = inventories.variables(simulator)
        environment = {**runs.environment(folder, **given), "ANSIBLE_CALLBACKS_ENABLED": "", "ANSIBLE_NOCOLOR": "1"}
        for name, values in {"envvars": _kept(environment), "extravars": extra_vars}.items():
            (data / "env" / name).write_text(json.dumps(values), encoding="utf-8")
        transmit = _begin("transmit", str(data), "-p", "record.yml", "-i", "job")
        worker = _begin("worker", "--private-data-dir", str(folder / "worker"), stdin=transmit.stdout)
        self._process = _begin("process", str(folder / "results"), "-i", "job", stdin=worker.stdout)
        self._others = (transmit, worker)

    def ended(self) -> Job:
        """Wait for the end of the job."""
        output, _errors = self._process.communicate(timeout=300)
        for one in self._others:
            one.wait(300)
        artifacts = self._folder / "results" / "artifacts" / "job"
        assert (artifacts / "rc").exists(), output
        printed = (artifacts / "stdout").read_text(encoding="utf-8")
        assert runs.KEY not in printed
        return Job(int((artifacts / "rc").read_text(encoding="utf-8")), printed)


def _kept(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that a job sets; the others are the node's."""
    return {name: value for name, value in environment.items() if name.startswith(("ANSIBLE_", "TELNYX_")) and value}


def _begin(verb: str, *words: str, stdin: Any = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
    # The node has ansible-playbook on its PATH.
    environment = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"}
    command = [str(BIN / "ansible-runner"), verb, *words]
    return subprocess.Popen(command, env=environment, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
