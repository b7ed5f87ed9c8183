# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs playbooks and modules of the installed collection, as a user would."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
# "make matrix" names other ones: the collection as another ansible-core installed it, a target with another Python, and a
# simulator beside which old libraries are tested.
COLLECTIONS = Path(os.environ.get("MATRIX_COLLECTIONS", ROOT / ".collections"))
TARGET_PYTHON = os.environ.get("MATRIX_TARGET_PYTHON", "{{ ansible_playbook_python }}")
SIMULATOR_PYTHON = os.environ.get("MATRIX_SIMULATOR_PYTHON", "")
COLLECTION = COLLECTIONS / "ansible_collections" / "voiceops" / "telnyx"
KEY = "KEY0123456789_SECRET-of-the-tests"
ACCOUNT = "61bf923e-5e4d-4595-a110-56190ea18a1b"
LIVE = "v3:KBnLO0ZK3DhKM5s7bE9VluaSmKsOchKht_fUYvxcp8ysbmzCCtpkmA"
LIVE_TOO = "v3:9X2vxPDFY2RHSJ1EdMS0RHRksMTg7ldNxdjWbVr9zBjbGjGsSe-aiQ"
RINGING = "v3:Rh4qWn1fO2cJt8yBvLZx6dKmPuEgSa0TiX7wHoYbCkNrVpQjM3s5Dg"
ENDED = "v3:0rLqg0mDhYAWQ5tSRRSzDNCFzqXvTrZAxnVXpSYKWFMfPVlCj5OX8w"
MODULE = "voiceops.telnyx.call_recording"


class Run(NamedTuple):
    """What a playbook did."""

    code: int
    output: str
    tasks: list[dict[str, Any]]

    def result(self, task: str) -> dict[str, Any]:
        """Return the only result of a task by its name, with `failed` if it did."""
        ((result, state),) = (
            (one["result"], one["state"]) for one in self.tasks if one["task"].split(" : ")[-1] == task
        )
        return {**result, "failed": True} if state == "failed" else dict(result)


def environment(folder: Path, **variables: str) -> dict[str, str]:
    """Return a clean environment, with nothing of the developer's own settings.

    All runs print as much as they can: the last test of the suite looks for the key in it.
    """
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
    return {
        "HOME": str(folder),
        "ANSIBLE_HOME": str(folder / "ansible"),
        "ANSIBLE_ASYNC_DIR": str(folder / "async"),
        "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
        "ANSIBLE_CALLBACK_PLUGINS": str(Path(__file__).parent / "callbacks"),
        "ANSIBLE_CALLBACKS_ENABLED": "results",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "ANSIBLE_NOCOWS": "1",
        "ANSIBLE_VERBOSITY": "4",
        "RESULTS_FILE": str(folder / "results"),
        **kept,
        **variables,
    }


def kill(pid: int) -> None:
    """Kill a process and all that it has started, in any session: Ansible's workers have one of their own."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(stat.parent.name))
    family = [pid]
    for one in family:
        family += children.get(one, [])
    for one in family:
        with contextlib.suppress(ProcessLookupError):
            os.kill(one, signal.SIGKILL)


def begin(folder: Path, plays: list[dict[str, Any]], *options: str, **keywords: Any) -> subprocess.Popen[bytes]:
    """Begin to run plays in the background, and keep what they print."""
    (folder / "play.yml").write_text(json.dumps(plays), encoding="utf-8")
    with (folder / "printed").open("ab") as file:
        return subprocess.Popen(
            [str(Path(sys.executable).parent / "ansible-playbook"), str(folder / "play.yml"), *options],
            # So that it can be read while it runs.
            env=environment(folder, PYTHONUNBUFFERED="1"),
            cwd=folder,
            stdout=file,
            stderr=subprocess.STDOUT,
            **keywords,
        )


def keep(folder: Path, output: str) -> None:
    """Keep what a run printed, for the test that looks for the key in it."""
    with (folder / "printed").open("a", encoding="utf-8") as file:
        file.write(output)


def playbook(
    folder: Path, what: str | list[dict[str, Any]], *options: str, timeout: float = 300, **variables: str
) -> Run:
    """Run a playbook, given by name or as its plays, in a clean environment with `variables`."""
    if not isinstance(what, str):
        (folder / "play.yml").write_text(json.dumps(what), encoding="utf-8")
        what = str(folder / "play.yml")
    results = folder / "results"
    results.unlink(missing_ok=True)
    simulator = ["-e", f"simulator_python={SIMULATOR_PYTHON}"] if SIMULATOR_PYTHON else []
    done = subprocess.run(
        [str(Path(sys.executable).parent / "ansible-playbook"), what, *options, *simulator],
        env=environment(folder, **variables),
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=timeout,
        check=False,
    )
    keep(folder, done.stdout)
    return Run(done.returncode, done.stdout, read_results(folder))


def ended(folder: Path, process: subprocess.Popen[bytes]) -> Run:
    """Wait for the end of what `begin` began."""
    code = process.wait(300)
    return Run(code, printed(folder), read_results(folder))


def printed(folder: Path) -> str:
    """Return what the runs in a folder have printed so far."""
    return (folder / "printed").read_text(encoding="utf-8")


def read_results(folder: Path) -> list[dict[str, Any]]:
    results = folder / "results"
    lines = results.read_text(encoding="utf-8").splitlines() if results.exists() else []
    return [json.loads(line) for line in lines]


def play(*tasks: dict[str, Any], **keywords: Any) -> list[dict[str, Any]]:
    """Return a local play of these tasks."""
    return [
        {
            "hosts": "localhost",
            "connection": "local",
            "gather_facts": False,
            "vars": {"ansible_python_interpreter": TARGET_PYTHON},
            "tasks": list(tasks),
            **keywords,
        }
    ]


def task(args: dict[str, Any], name: str = "record", module: str = MODULE, **keywords: Any) -> dict[str, Any]:
    """Return a task of a module."""
    return {"name": name, module: args, **keywords}


def run_module(folder: Path, args: dict[str, Any], module: str = MODULE, **variables: str) -> dict[str, Any]:
    """Run a module by itself, without its action plugin, and return its result."""
    collection, _dot, name = module.rpartition(".")
    done = subprocess.run(
        [sys.executable, "-m", f"ansible_collections.{collection}.plugins.modules.{name}"],
        input=json.dumps({"ANSIBLE_MODULE_ARGS": args}),
        env={**environment(folder, **variables), "PYTHONPATH": f"{variables.get('PYTHONPATH', '')}:{COLLECTIONS}"},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    *others, last = done.stdout.strip().splitlines() or [""]
    try:
        result = dict(json.loads(last))
    except ValueError:
        raise AssertionError(done.stdout + done.stderr) from None
    # Since ansible-core 2.22 a module tells the controller, in a key of Ansible's own, what to hide.
    result.pop("_ansible_new_secrets", None)
    keep(folder, "\n".join([*others, json.dumps(result), done.stderr]))
    result = {name: value for name, value in result.items() if not name.startswith("_")}
    # Since ansible-core 2.19 a module returns a warning as an object, which the controller makes a text.
    if "warnings" in result:
        result["warnings"] = [one if isinstance(one, str) else one["event"]["msg"] for one in result["warnings"]]
    return result
