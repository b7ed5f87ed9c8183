# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is measured: plays of Ansible, and clients beside it."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from measure import HERE, Measured, measure

PLAYBOOK = str(Path(sys.executable).parent / "ansible-playbook")
# As long as a real one, since it is looked for in all that is returned.
KEY = "KEY0123456789ABCDEF0123456789ABCDEF_OnlyForTheBenchmarks01"
DEBUG = {"name": "Say", "ansible.builtin.debug": {"msg": "hello"}}
BY_MODULE = {"voiceops_telnyx_in_process": False}

Task = dict[str, Any]


def sids(count: int) -> str:
    """Return a template of that many call SIDs."""
    return f"{{{{ ['v3:'] | product(range({count}) | list) | map('join') | list }}}}"


def mitogen() -> dict[str, str]:
    """Return the settings that run a play under Mitogen."""
    found = importlib.util.find_spec("ansible_mitogen")
    assert found
    assert found.submodule_search_locations
    plugins = Path(found.submodule_search_locations[0]) / "plugins" / "strategy"
    return {"ANSIBLE_STRATEGY_PLUGINS": str(plugins), "ANSIBLE_STRATEGY": "mitogen_linear"}


class Bench:
    """Plays against one server, written to a folder."""

    def __init__(self, folder: Path, port: int) -> None:
        self._folder = folder
        self._server = f"http://127.0.0.1:{port}"
        self._base_url = f"{self._server}/v2"
        self._port = port

    def play(self, *tasks: Task, hosts: int = 0, **variables: str) -> Callable[[], Measured]:
        """Return what measures a play of these tasks, on localhost or on so many hosts."""
        inventory = ",".join(f"host{number}" for number in range(hosts)) or "localhost"
        python = {"ansible_python_interpreter": sys.executable}
        play = {"hosts": "all", "connection": "local", "gather_facts": False, "vars": python, "tasks": tasks}

        def take() -> Measured:
            path = self._folder / "play.yml"
            path.write_text(json.dumps([play]), encoding="utf-8")
            return measure([PLAYBOOK, "-i", f"{inventory},", str(path)], **variables)

        return take

    def queues(self, what: str | Task, hosts: int) -> Callable[[], Measured]:
        """Return what measures a playbook, or a task, on so many calls that are hosts, in two queues with different options."""
        names = [f"v3-{number}" for number in range(hosts)]
        local = {"ansible_connection": "ansible.builtin.local"}
        single = {"record_call_recording_channels": "single"}
        stored = {
            "_meta": {"hostvars": {name: {**local, "call_sid": name.replace("-", ":")} for name in names}},
            "telnyx_to_1": {"hosts": names[::2], "vars": single},
            "telnyx_to_2": {"hosts": names[1::2]},
        }

        def take() -> Measured:
            path = self._folder / "play.yml"
            if not isinstance(what, str):
                path.write_text(
                    json.dumps([{"hosts": "all", "gather_facts": False, "tasks": [what]}]), encoding="utf-8"
                )
            source = self._script("queues", json.dumps(stored))
            playbook = what if isinstance(what, str) else str(path)
            return measure([PLAYBOOK, "-i", source, playbook], **self._variables, ANSIBLE_FORKS="5")

        return take

    def inventory(self, stored: bool) -> Callable[[], Measured]:
        """Return what measures how long an inventory of live calls is read, or its export as a script inventory."""
        source = self._folder / "calls.telnyx.yml"
        source.write_text(json.dumps({"plugin": "voiceops.telnyx.calls"}), encoding="utf-8")

        def take() -> Measured:
            path, name = self._folder / "seconds", str(source)
            if stored:
                command = [str(Path(PLAYBOOK).parent / "ansible-inventory"), "-i", name, "--list", "--export"]
                environment = {**os.environ, **self._variables}
                exported = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
                name = self._script("stored", exported)
            measured = measure([sys.executable, str(HERE / "inventory.py"), name, str(path)], **self._variables)
            return measured._replace(seconds=[float(path.read_text(encoding="utf-8"))])

        return take

    def _script(self, name: str, exported: str) -> str:
        """Write a script inventory, and return its path."""
        path = self._folder / name
        path.write_text(f"#!/bin/sh\ncat <<'the end of it'\n{exported}\nthe end of it\n", encoding="utf-8")
        path.chmod(0o755)
        return str(path)

    @property
    def _variables(self) -> dict[str, str]:
        return {"TELNYX_API_KEY": KEY, "TELNYX_ACCOUNT_SID": "a", "TELNYX_BASE_URL": self._base_url}

    def record(self, calls: str, **more: Any) -> Task:
        """Return a task of ours that starts recordings."""
        options = {name: more.pop(name) for name in ("max_concurrency", "results_path") if name in more}
        return {
            "name": "Record",
            "voiceops.telnyx.call_recording": {**self._connection, "call_sid": calls, **options},
            **more,
        }

    def reported(self, calls: int) -> Task:
        """Return a task of ours that starts recordings, with the results in a file."""
        return self.record(sids(calls), results_path=str(self._folder / "results.json"))

    def list(self) -> Task:
        """Return a task of ours that lists the recordings of the account."""
        return {"name": "List", "voiceops.telnyx.recording_info": self._connection}

    def legs(self) -> Task:
        """Return a task of ours that finds the live legs of a connection."""
        options = {"connection_id": "17", "max_concurrency": 64}
        return {"name": "Find", "voiceops.telnyx.call_info": {**self._connection, **options}}

    def uri(self, items: str) -> Task:
        """Return the loop that people write today."""
        return {
            "name": "Record",
            "ansible.builtin.uri": {
                "url": f"{self._base_url}/texml/Accounts/a/Calls/{{{{ item }}}}/Recordings.json",
                "method": "POST",
                "headers": {"Authorization": f"Bearer {KEY}"},
                "body_format": "form-urlencoded",
                "body": {"PlayBeep": "true"},
                "return_content": True,
            },
            "loop": items,
        }

    def sdk(self, calls: int) -> Callable[[], Measured]:
        """Return what measures the vendor's Python SDK."""
        return lambda: measure([sys.executable, str(HERE / "sdk.py"), str(self._port), KEY, str(calls)])

    def engine(self, what: str, client: str, calls: int = 0) -> Callable[[], Measured]:
        """Return what measures the requests alone, of our engine or of a bare session of requests."""
        command = [sys.executable, str(HERE / "engine.py"), what, client, self._base_url, KEY, str(calls)]

        def take() -> Measured:
            path = self._folder / "seconds"
            measured = measure([*command, str(path)])
            return measured._replace(seconds=[float(path.read_text(encoding="utf-8"))])

        return take

    def requests(self) -> int:
        """Return how many requests the server had since it was asked the last time."""
        with urllib.request.urlopen(f"{self._server}/requests") as reply:  # noqa: S310
            return int(reply.read())

    @property
    def _connection(self) -> dict[str, str]:
        return {"api_key": KEY, "account_sid": "a", "base_url": self._base_url}
