# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Posts 1,000 callbacks while an action sleeps, to ours and to the webhook source of ansible-rulebook; then kills it."""

from __future__ import annotations

import importlib.metadata
import json
import re
import shlex
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import requests
from support.clock import wait_until
from support.events import Signer, form, free_port
from support.rulebook import command_running

CALLBACKS, CLIENTS = 1000, 20
# Seconds that the vendor waits for a reply.
PATIENCE = 2.0
OURS, WEBHOOK = "voiceops.telnyx.callback", "eda.builtin.webhook"
# Rows: the source, and whether the engine persists and confirms events.
ROWS = {
    f"`{OURS}`": (OURS, False),
    "the same, with `feedback: true`, and an engine that persists": (OURS, True),
    f"`{WEBHOOK}`": (WEBHOOK, False),
}
TITLE = "## Callbacks"
PLAYBOOK = """
- hosts: localhost
  connection: local
  gather_facts: false
  vars:
    ansible_python_interpreter: "{{ ansible_playbook_python }}"
  tasks:
    - ansible.builtin.wait_for:
        path: "{{ gate }}"
        timeout: 600
"""


class Result(NamedTuple):
    """What became of the callbacks that were posted to a source."""

    acknowledged: int
    """In time."""
    slowest: float
    """Seconds within which 99 % of them were acknowledged."""
    lost: int
    """Of those that were acknowledged, after the process was killed and started again."""


def rulebook(folder: Path, source: str, arguments: dict[str, Any]) -> Path:
    """Write a rulebook whose first action sleeps, and which prints the number of each other callback."""
    (folder / "sleep.yml").write_text(PLAYBOOK, encoding="utf-8")
    action = {"run_playbook": {"name": str(folder / "sleep.yml"), "extra_vars": {"gate": str(folder / "gate")}}}
    rules = [
        {"name": "Sleep", "condition": 'event.payload.Number == "first"', "action": action},
        {
            "name": "Print",
            "condition": 'event.payload.Number != "first"',
            "action": {"debug": {"msg": "GOT {{ event.payload.Number }}."}},
        },
    ]
    ruleset = {
        "name": "Callbacks",
        "hosts": "localhost",
        "sources": [{"name": "callbacks", source: arguments}],
        "rules": rules,
    }
    (folder / "rulebook.yml").write_text(json.dumps([ruleset]), encoding="utf-8")
    (folder / "inventory.yml").write_text("ungrouped: {hosts: {localhost: {}}}\n", encoding="utf-8")
    return folder / "rulebook.yml"


def measure(folder: Path, source: str, persists: bool) -> Result:
    """Post to a source while its engine is busy, kill it, start it again, and count what reaches the engine."""
    signer, port = Signer(), free_port()
    own = {"spool": str(folder / "spool"), "public_key": signer.public_key} if source == OURS else {}
    more = {"feedback": True} if persists else {}
    path = rulebook(folder, source, {"host": "127.0.0.1", "port": port, **own, **more})
    (folder / "vars.yml").write_text(json.dumps({"drools_db_file_path": str(folder / "database")}), encoding="utf-8")
    arguments = shlex.split(f"--rulebook {path} --inventory {folder / 'inventory.yml'} --vars {folder / 'vars.yml'}")
    arguments += ["--persistence-id", "calls"] if persists else []
    post = poster(f"http://127.0.0.1:{port}/callbacks", signer if source == OURS else None)
    with command_running(folder, arguments):
        wait_until(lambda: post("first") is not None)
        wait_until(lambda: "PLAY [" in printed(folder))
        with ThreadPoolExecutor(CLIENTS) as pool:
            seconds = list(pool.map(post, range(CALLBACKS)))
    (folder / "gate").touch()
    with command_running(folder, arguments):
        # Those that come last are behind all that a restart has found.
        wait_until(lambda: post("end") is not None)
        wait_until(lambda: "GOT end." in printed(folder))
    got = set(re.findall(r"GOT (\d+)\.", printed(folder)))
    acknowledged = {str(number) for number, one in enumerate(seconds) if one is not None}
    times = sorted(one if one is not None else float("inf") for one in seconds)
    return Result(len(acknowledged), times[int(CALLBACKS * 0.99) - 1], len(acknowledged - got))


def poster(url: str, signer: Signer | None) -> Callable[[object], float | None]:
    """Return a function that posts a callback, and returns how long its acknowledgement took, or None."""

    def post(number: object) -> float | None:
        fields = {"Number": str(number), "CallSid": f"v3:{number}", "CallStatus": "completed"}
        body = form(**fields) if signer else json.dumps(fields).encode()
        headers = signer.headers(body) if signer else {"Content-Type": "application/json"}
        began = time.monotonic()
        try:
            reply = requests.post(url, data=body, headers=headers, timeout=PATIENCE)
        except requests.RequestException:
            return None
        took = time.monotonic() - began
        return took if reply.ok and took <= PATIENCE else None

    return post


def printed(folder: Path) -> str:
    path = folder / "printed"
    return path.read_text(encoding="utf-8") if path.exists() else ""


def section(found: dict[str, Result]) -> str:
    """Return the section of the page."""
    lines = [
        TITLE,
        "",
        f"Written by `make chaos PART=callbacks`: {CALLBACKS:,} callbacks are posted by {CLIENTS} clients while an action of the",
        f"rulebook sleeps. Each waits {PATIENCE:.0f} s for its acknowledgement, as the vendor does, and none tries again. Then the process is",
        "killed with `kill -9` and started again, and what reaches the rules is counted. Ours verifies a signature; the webhook",
        "source gets JSON without one. What is lost was in the memory of the engine. ansible-rulebook"
        f" {importlib.metadata.version('ansible-rulebook')}.",
        "",
        "| source | callbacks | acknowledged in time | 99 % acknowledged within | acknowledged, and lost |",
        "| --- | --- | --- | --- | --- |",
        *(
            f"| {name} | {CALLBACKS} | {one.acknowledged} | {_seconds(one.slowest)} | {one.lost} |"
            for name, one in found.items()
        ),
        "",
    ]
    return "\n".join(lines)


def _seconds(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds <= PATIENCE else f"not within {PATIENCE:.0f} s"


def run() -> dict[str, Result]:
    """Return what each source did, by its name."""
    found = {}
    for name, (source, persists) in ROWS.items():
        with tempfile.TemporaryDirectory() as scratch:
            found[name] = measure(Path(scratch), source, persists)
        print(f"{name}: {found[name]}", file=sys.stderr, flush=True)
    return found


def broken(found: dict[str, Result]) -> list[str]:
    """Return the promises of ours that did not hold."""
    lost = next(one.lost for name, one in found.items() if ROWS[name] == (OURS, True))
    return [f"{lost} acknowledged callbacks are lost"] if lost else []
