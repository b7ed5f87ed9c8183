# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task returns about its starts."""

from __future__ import annotations

import typing as t

from .._task.results import Lists
from .._telnyx.reply import plain_name
from .start import Start
from .states import State

# More would hide the first ones; all are in `outcomes`.
_SHOWN = 3


class Report:
    """Makes the result of a task from its starts, as they come.

    `asked` is how many the task was asked to start. `repeats` means that the task, run again as it is, starts again what it has
    started. With a `file`, the lists go there, and there are no facts.
    """

    def __init__(self, asked: int, repeats: bool, file: Lists | None = None) -> None:
        self._asked = asked
        self._repeats = repeats
        self.lists = file or Lists()
        """Of the result."""
        self._with_facts = file is None
        self._facts: dict[str, dict[str, t.Any]] = {}
        """The recordings, keyed by the call SIDs of the task."""
        self._started = self._failed = self._changed = 0
        self._messages: dict[str, list[t.Any]] = {}
        """The first messages of failures, each with the first call and how many have it."""

    def add(self, starts: t.Sequence[Start]) -> None:
        """Add starts that have been brought to their outcomes."""
        started = {plain_name(one.call_sid): one.recording for one in starts if one.recording is not None}
        self.lists.add("recordings", list(started.values()))
        self.lists.add("outcomes", [_outcome(one) for one in starts])
        if self._with_facts or self._asked == 1:
            self._facts.update(started)
        self._changed += sum(one.changed for one in starts)
        for one in starts:
            if one.state is State.STARTED:
                self._started += 1
            else:
                self._failed += 1
                self._note(one)

    def _note(self, failed: Start) -> None:
        if failed.msg not in self._messages and len(self._messages) > _SHOWN:
            return
        self._messages.setdefault(failed.msg, [failed.call_sid, 0])[1] += 1

    def result(self) -> dict[str, t.Any]:
        """Return the result."""
        result: dict[str, t.Any] = {"changed": self._changed + self._left > 0, **self.lists.held}
        if self._facts:
            result["ansible_facts"] = {"telnyx_call_recordings": self._facts}
            if self._asked == 1:
                result["recording"] = next(iter(self._facts.values()))
                result["ansible_facts"]["telnyx_call_recording"] = result["recording"]
        if self._failed:
            result["failed"] = True
            result["msg"] = self._summary()
            if self._changed and self._repeats:
                # until and retries run the task as it is.
                result["msg"] += (
                    f" Retrying the task as it is records {self._changed} of its calls again; with a journal it does not."
                )
        return result

    @property
    def _left(self) -> int:
        """How many would be started, in check mode."""
        return self._asked - self._started - self._failed

    def _summary(self) -> str:
        if self._asked == 1:
            return next(iter(self._messages))
        lines = [f"{self._started} of {self._asked} recordings started, {self._failed} failed."]
        if self._left:
            lines.append(f"{self._left} would be started.")
        for msg, (sid, count) in list(self._messages.items())[:_SHOWN]:
            more = f" and {count - 1} more" if count > 1 else ""
            lines.append(f"{sid}{more}: {msg}")
        if len(self._messages) > _SHOWN:
            lines.append("The rest is in outcomes.")
        return " ".join(lines)


def _outcome(start: Start) -> dict[str, t.Any]:
    return {
        "call_sid": start.call_sid,
        "outcome": start.outcome,
        "changed": start.changed,
        "msg": start.msg,
        "http_status": start.http_status,
        "errors": list(start.errors),
        "candidates": start.candidates,
        "reconciled": start.reconciled,
        "retried": start.retried,
        "recording": None if start.recording is None else start.recording.get("sid"),
    }
