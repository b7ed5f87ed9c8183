# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The conferences of the account. All of their recordings exist from the start."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from .call import Call, Moment, moment
from .calls import Calls
from .clock import Clock
from .recording import Recording
from .refusals import NotFound, check_uuid
from .settings import Allowed, check_dict, is_digits, is_number, is_text

# How long such a recording is.
SECONDS = 5
STATUSES = ("init", "in-progress", "completed")
FIELDS: Allowed = {
    "sid": (is_text, "a string that is not empty"),
    # Before ansible-core 2.19, a template makes a string of a number.
    "recordings": (lambda value: is_digits(value) or is_number(0, 1000, int)(value), "a whole number from 0 to 1000"),
    "friendly_name": (is_text, "a string that is not empty"),
    "status": (lambda value: value in STATUSES, f"one of {', '.join(STATUSES)}"),
    "participants": (lambda value: isinstance(value, list), "a list of the SIDs of calls"),
    "labels": (
        lambda value: isinstance(value, dict) and all(map(is_text, value.values())),
        "a dict of the SIDs of participants, each with a string that is not empty",
    ),
}


class Conference(NamedTuple):
    """A conference. One without a `fixed` status ends when its last participant leaves."""

    sid: str
    friendly_name: str
    fixed: str | None
    participants: list[Call]
    created: Moment
    recordings: int
    labels: dict[str, str]

    @property
    def status(self) -> str:
        """Return the status that it has now."""
        if self.fixed:
            return self.fixed
        return "in-progress" if any(self._is_live(call) for call in self.participants) else "completed"

    @property
    def live(self) -> list[Call]:
        """Return the participants that are in it now."""
        return [] if self.status == "completed" else [call for call in self.participants if self._is_live(call)]

    @property
    def last(self) -> Call | None:
        """Return the participant with whose leaving it ended, or None."""
        left = [call for call in self.participants if call.ended]
        if self.fixed or self.status != "completed" or not left:
            return None
        return max(left, key=lambda call: call.ended or self.created)

    @property
    def updated(self) -> Moment:
        """Return when it last changed."""
        return (self.last and self.last.ended) or self.created

    @staticmethod
    def _is_live(call: Call) -> bool:
        return call.state != "ended"


class Conferences:
    """Conferences by their SID. Raises ValueError if a setting is wrong."""

    def __init__(self, conferences: list[dict[str, Any]], calls: Calls, clock: Clock) -> None:
        self._clock = clock
        self._by_sid: dict[str, Conference] = {}
        for conference in conferences:
            self._add(check_dict("conferences", conference, FIELDS), calls)

    def _add(self, asked: dict[str, Any], calls: Calls) -> None:
        sid, participants = asked.get("sid", ""), asked.get("participants", [])
        if not sid or sid in self._by_sid:
            raise ValueError(f"conferences.sid is {sid!r}; it must be the SID of a new conference.")
        if not all(isinstance(one, str) and one in calls for one in participants):
            raise ValueError(f"conferences.participants is {participants!r}; it must be a list of the SIDs of calls.")
        labels = asked.get("labels", {})
        if not set(labels) <= set(participants) or len(set(labels.values())) < len(labels):
            raise ValueError(
                f"conferences.labels is {labels!r}; it must have participants, each with a label of its own."
            )
        recordings = int(asked.get("recordings", 1))
        if recordings:
            check_uuid("conferences.sid", sid)
        self._by_sid[sid] = Conference(
            sid,
            asked.get("friendly_name", sid),
            asked.get("status"),
            [calls.get(one) for one in participants],
            moment(self._clock),
            recordings,
            labels,
        )

    def recordings(self, processing: float) -> Iterator[Recording]:
        """Make the recordings that the settings ask for."""
        for conference in self._by_sid.values():
            for number in range(conference.recordings):
                yield Recording(
                    f"v3:participant-{number}-of-{conference.sid}",
                    self._clock,
                    processing,
                    conference_sid=conference.sid,
                    channels=1,
                    source="StartConferenceRecordingAPI",
                    status="completed",
                    seconds=SECONDS,
                )

    def all(self) -> list[Conference]:
        """Return all conferences, the oldest first."""
        return list(self._by_sid.values())

    def of_call(self, call: Call) -> list[Conference]:
        """Return the conferences that a call is, was or will be in."""
        return [one for one in self._by_sid.values() if call in one.participants]

    def get(self, sid: str) -> Conference:
        """Return a conference. Raises NotFound."""
        if sid not in self._by_sid:
            raise NotFound
        return self._by_sid[sid]

    def __contains__(self, sid: str) -> bool:
        return sid in self._by_sid

    def expect(self, sid: str) -> None:
        """Raise NotFound if there is no such conference."""
        self.get(sid)
