# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests of the simulator share: its API on a small account, and its own pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from simulator.app import Simulator
from simulator.signing_key import SigningKey

from support import runs, simulator

SETTINGS: dict[str, Any] = {
    "api_key": "KEY-1",
    "account_sid": "account",
    "port": 0,
    "calls": [
        {"sid": "v3:live", "status": "in-progress"},
        {"sid": "v3:other", "status": "in-progress"},
        {"sid": "v3:ringing", "status": "ringing"},
        {"sid": "v3:ended", "status": "ended"},
    ],
}
HEADERS = {"Authorization": "Bearer KEY-1", "Content-Type": "application/x-www-form-urlencoded"}


def command(verb: str, directory: Path, **settings: Any) -> dict[str, Any]:
    """Start or stop a simulator with this account."""
    return simulator.command(verb, directory, **{**SETTINGS, **settings})


def refusal(**settings: Any) -> str:
    """Return why a simulator with these settings does not start."""
    try:
        Simulator({**SETTINGS, **settings}, "http://127.0.0.1:1", SigningKey())
    except ValueError as error:
        return str(error)
    raise AssertionError("it starts")


@contextmanager
def running(directory: Path, **settings: Any) -> Iterator[str]:
    """Run a simulator with this account, and give its base URL."""
    with simulator.running(directory, **{**SETTINGS, **settings}) as one:
        yield one.base_url


def own(base_url: str, method: str, page: str, **body: Any) -> requests.Response:
    """Ask the simulator for a page of its own."""
    url = base_url.replace("/v2", f"/simulator/{page}")
    return requests.request(method, url, json=body or None, timeout=10)


def later(base_url: str, seconds: float) -> None:
    """Move the simulator's clock ahead."""
    assert own(base_url, "POST", "clock", seconds=seconds).status_code == 200


def role(state: str = "started", **variables: Any) -> list[dict[str, Any]]:
    """Return a play of the role."""
    include = {"name": "voiceops.telnyx.simulator"}
    task = {"ansible.builtin.include_role": include, "vars": {"simulator_state": state, **variables}}
    return runs.play(task)
