# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decides which callbacks are sent: what a start request asks for, and the changes of calls."""

from __future__ import annotations

import functools
from collections import Counter
from typing import Any

from .account import Account
from .call import Call, Moment
from .callback_fields import CallbackFields
from .callback_ledger import Callback
from .callback_sender import CallbackSender
from .clock import Clock
from .conferences import Conference
from .recording import Recording


class Callbacks:
    """Follows what happens in an account. Changes of calls go to `url`, unless that is empty."""

    def __init__(self, account: Account, sender: CallbackSender, clock: Clock, url: str) -> None:
        self._account = account
        self._sender = sender
        self._clock = clock
        self._url = url
        self._fields = CallbackFields(account.sid)
        self._numbers: Counter[str] = Counter()
        account.on_start = self._started
        if url:
            account.calls.on_change = self._call_changed

    def _call_changed(self, call: Call, status: str, when: Moment) -> None:
        fields = self._fields.call(call, status, self._numbers[call.sid], when)
        self._numbers[call.sid] += 1
        self._sender.send(Callback(self._url, "POST", "call", status, fields))
        for conference in self._account.conferences.of_call(call):
            for event in _events(conference, call):
                number = self._numbers[conference.sid]
                self._numbers[conference.sid] += 1
                fields = self._fields.conference(conference, call, event, number, when)
                self._sender.send(Callback(self._url, "POST", "conference", event, fields))

    def _started(self, recording: Recording, form: dict[str, Any]) -> None:
        """Follow a recording, if the form of its start request asks for callbacks."""
        if form.get("RecordingStatusCallback"):
            recording.on_change = functools.partial(self._recording_changed, recording, form)
            self._send_of(recording, form, "in-progress")

    def _recording_changed(self, recording: Recording, form: dict[str, Any], status: str) -> None:
        if status == "stopped":
            self._sender.run(self._complete(recording))
        elif status in ("completed", "absent") and not recording.deleted:
            self._send_of(recording, form, status)

    def _send_of(self, recording: Recording, form: dict[str, Any], status: str) -> None:
        asked = form.get("RecordingStatusCallbackEvent", "completed").split()
        if status not in asked:
            return
        has_url = status == "completed" and form.get("SendRecordingUrl", True)
        url = self._account.links.link(recording.sid) if has_url else None
        connection_id = self._account.calls.get(recording.call_sid).connection_id
        fields = self._fields.recording(recording, connection_id, status, url)
        method = form.get("RecordingStatusCallbackMethod", "POST")
        self._sender.send(Callback(form["RecordingStatusCallback"], method, "recording", status, fields))

    async def _complete(self, recording: Recording) -> None:
        """Wait until a recording that was stopped is completed, which it is once somebody reads its status."""
        while recording.status == "stopped":
            await self._clock.sleep(recording.due - self._clock.seconds())


def _events(conference: Conference, call: Call) -> list[str]:
    """Return what a participant that was just answered, or has just ended, does to its conference."""
    if conference.fixed == "completed" or not call.answered:
        return []
    if call.ended:
        return ["participant-leave", *(["conference-end"] if conference.status == "completed" else [])]
    is_first = not any(other.answered for other in conference.participants if other is not call)
    return [*(["conference-start"] if is_first else []), "participant-join"]
