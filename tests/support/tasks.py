# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the behaviour call_recording with a transport that is a function, without a network."""

from __future__ import annotations

import datetime
import email.utils
import json
import time
from collections.abc import Callable
from typing import Any

from ansible_collections.voiceops.telnyx.plugins.module_utils._client.client import Client
from ansible_collections.voiceops.telnyx.plugins.module_utils._modules import call_recording
from ansible_collections.voiceops.telnyx.plugins.module_utils._task.arguments import coerce
from ansible_collections.voiceops.telnyx.plugins.module_utils._task.task import Task
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.operation import Request
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.reply import Reply
from ansible_collections.voiceops.telnyx.plugins.module_utils._wire.connection import connection_of

KEY = "KEY-1"
CONNECTION = {"api_key": KEY, "account_sid": "a", "base_url": "https://e/v2"}
Answer = Callable[[Request], Reply]


class Scripted:
    """A transport that answers by a function, and keeps what was sent."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.sent: list[Request] = []
        self.renewed = 0

    def renew(self) -> None:
        self.renewed += 1

    def send(self, request: Request) -> Reply:
        self.sent.append(request)
        return self._answer(request)

    @property
    def starts(self) -> list[Request]:
        return [request for request in self.sent if request.method == "POST"]


def params(**options: Any) -> dict[str, Any]:
    """Return prepared parameters, with defaults. Unlike in a task, seconds may be parts of one."""
    given = {
        **CONNECTION,
        "call_sid": ["v3:a"],
        "reconcile_timeout": 0,
    }
    prepared, faults = coerce(call_recording.BEHAVIOUR.argument_spec, given, {})
    assert not faults
    return {**prepared, **options}


def run(answer: Answer | Scripted, check_mode: bool = False, **options: Any) -> dict[str, Any]:
    """Run a task, and return its result."""
    transport = answer if isinstance(answer, Scripted) else Scripted(answer)
    prepared = params(**options)
    return call_recording.run(prepared, client(transport, prepared, check_mode=check_mode), Task(check_mode))


def client(
    transport: Any, params: dict[str, Any] | None = None, seconds: float = 0, check_mode: bool = False
) -> Client:
    """Return a client with a transport that is scripted."""
    connection = connection_of({"timeout": 2, "connect_timeout": 1, **CONNECTION, **(params or {})})
    return Client(transport, connection, (params or {}).get("rate_limit_timeout", seconds), check_mode)


def reply(body: Any, status: int = 200, ahead: float = 0, **headers: str) -> Reply:
    """Return a reply of JSON from a server whose clock is ahead by some seconds."""
    date = email.utils.formatdate(time.time() + ahead, usegmt=True)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, {"Date": date, **named}, json.dumps(body).encode())


def now() -> str:
    """Return this moment as the API dates a recording."""
    return datetime.datetime.now(datetime.timezone.utc).isoformat()
