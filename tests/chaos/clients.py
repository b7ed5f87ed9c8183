# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clients that record all calls of a service, each in the way of its users, and what they report."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from support import runs

from chaos.service import TIMEOUT, Service
from chaos.verdict import FAILED, STARTED

Report = dict[str, tuple[str, "str | None"]]


def ours(folder: Path, service: Service, **options: Any) -> Report:
    """Run our module on a journal, kill it in the middle, and run it again; the second run reports."""
    task = runs.task(
        {
            "api_key": runs.KEY,
            "account_sid": runs.ACCOUNT,
            "base_url": service.base_url,
            "call_sid": service.calls,
            "journal": str(folder / "journal"),
            "timeout": TIMEOUT,
            "rate_limit_timeout": 3600,
            "reconcile_timeout": 6,
            "max_concurrency": 64,
            **options,
        },
        failed_when=False,
    )
    plays = runs.play(task)
    ansible = runs.begin(folder, plays)
    while ansible.poll() is None and service.starts() < len(service.calls) / 2:
        time.sleep(0.2)
    if ansible.poll() is not None:
        raise RuntimeError("The first run ended before it was killed.")
    runs.kill(ansible.pid)
    ansible.wait()
    if service.starts() == len(service.calls):
        raise RuntimeError("The first run had started all calls before it was killed.")
    run = runs.playbook(folder, plays, timeout=1800)
    result = run.result("record")
    if "outcomes" not in result:
        raise RuntimeError(run.output)
    recordings = {call: one["sid"] for call, one in result["ansible_facts"]["telnyx_call_recordings"].items()}
    return {one["call_sid"]: (one["outcome"], recordings.get(one["call_sid"])) for one in result["outcomes"]}


def uri(folder: Path, service: Service) -> Report:
    """Run ansible.builtin.uri with retries, each call as a host, so that it does not take hours."""
    inventory = {"all": {"hosts": {f"call{number}": {"sid": sid} for number, sid in enumerate(service.calls)}}}
    (folder / "hosts.json").write_text(json.dumps(inventory), encoding="utf-8")
    task = {
        "name": "record",
        "ansible.builtin.uri": {
            "url": f"{service.base_url}/texml/Accounts/{runs.ACCOUNT}/Calls/{{{{ sid }}}}/Recordings.json",
            "method": "POST",
            "headers": {"Authorization": f"Bearer {runs.KEY}"},
            "body_format": "form-urlencoded",
            "body": {"RecordingChannels": "dual"},
            "return_content": True,
            "timeout": TIMEOUT,
        },
        "register": "reply",
        "until": "reply is succeeded",
        "retries": 3,
        "delay": 1,
    }
    play = runs.play(task, hosts="all", strategy="free")
    run = runs.playbook(folder, play, "-i", str(folder / "hosts.json"), "-f", "6", timeout=7200, ANSIBLE_VERBOSITY="0")
    report: Report = {}
    for one in run.tasks:
        sid = inventory["all"]["hosts"][one["host"]]["sid"]
        body = one["result"].get("json")
        recording = body.get("sid") if isinstance(body, dict) else None
        report[sid] = (STARTED, recording) if one["state"] == "ok" else (FAILED, None)
    return report


def sdk(folder: Path, service: Service) -> Report:
    """Run the vendor's Python SDK."""
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("sdk.py")), service.base_url, runs.ACCOUNT, str(TIMEOUT)],
        input=json.dumps(service.calls),
        env=runs.environment(folder, TELNYX_API_KEY=runs.KEY),
        capture_output=True,
        text=True,
        check=True,
    )
    return {sid: (outcome, recording) for sid, (outcome, recording) in json.loads(done.stdout).items()}
