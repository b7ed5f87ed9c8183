# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Deletes recordings from the API that the archive certainly has."""

from __future__ import annotations

import typing as t

from .._base.errors import ArchiveError, Failure, RequestFailed
from .._telnyx.recording import normalized
from . import messages
from .dates import is_older
from .faults import fault_of
from .keeper import COMPLETED, is_as_long
from .log import DELETED, DELETING, VERIFIED, Kept, Log, of_recording
from .sidecar import of_bytes, started_of

if t.TYPE_CHECKING:
    from .._client.client import Client
    from .files import Files
    from .holds import Holds

# Why a recording is left alone, though nothing is wrong with it.
HELD = "held"
TOO_NEW = "too new"
WAITS = "not uploaded"

Recording = t.Mapping[str, t.Any]


class Deletion:
    """Deletes from the API what was verified. `days` is the grace; with `uploads`, each file must have been uploaded.

    Each step is in the log before it is taken.
    """

    def __init__(self, files: Files, log: Log, client: Client, holds: Holds, days: float, uploads: bool) -> None:
        self._files = files
        self._log = log
        self._client = client
        self._holds = holds
        self._days = days
        self._uploads = uploads

    def reason_against(self, kept: Kept, sid: str) -> str:
        """Return why a recording is left alone, or nothing. Raises ArchiveError for a hold file that cannot be read."""
        if self._holds.has(sid, kept.call_sid):
            return HELD
        if not is_older(kept.started, self._days):
            return TOO_NEW
        if self._uploads and not kept.is_uploaded:
            return WAITS
        return ""

    def reason_against_new(self, recording: Recording) -> str:
        """Return why a recording would be left alone that is yet to be archived, as in check mode."""
        if self._holds.has(recording["sid"], recording["call_sid"]):
            return HELD
        if not is_older(started_of(recording), self._days):
            return TOO_NEW
        return WAITS if self._uploads else ""

    def verify(self, kept: Kept, recording: Recording) -> None:
        """Raise ArchiveError unless what is on the disk is what was archived, and is the recording that the API has."""
        if kept.removed:
            raise ArchiveError(messages.WITHOUT_FILES)
        for file in kept.files:
            fault = fault_of(self._files, file)
            if fault:
                raise ArchiveError(fault.msg)
        if recording["status"] != COMPLETED:
            raise ArchiveError(messages.NO_AUDIO.format(recording["status"]))
        with open(self._files.path(kept.sidecar.name), "rb") as opened:
            sidecar = of_bytes(opened.read())
        measured = sidecar["duration"]["measured"]
        if sidecar["audio"]["sha256"] != kept.audio.sha256 or not is_as_long(measured, recording["duration"]):
            raise ArchiveError(messages.MEASURED.format(_seconds(measured), _seconds(recording["duration"])))

    def delete(self, kept: Kept, sid: str) -> str:
        """Delete a recording, and return nothing, or why it was left alone. Raises ArchiveError, RequestFailed, OSError."""
        recording = self._get(sid)
        if recording is None:
            # Somebody else was faster, or a run was killed before it could log this.
            self._log.append(of_recording(DELETED, sid))
            return ""
        self.verify(kept, recording)
        self._files.secure(file.name for file in kept.files)
        self._log.append(of_recording(VERIFIED, sid, kept.files), of_recording(DELETING, sid))
        # A hold may have come since the plan was made.
        reason = self.reason_against(kept, sid)
        if reason:
            return reason
        uncertain = None
        try:
            for uncertain in self._client.repeat(self._client.recordings.delete(sid)):
                if uncertain is None:
                    break
        except RequestFailed as problem:
            if problem.failure.http_status != 404:
                raise
        # No reply to a deletion proves it.
        if self._get(sid) is not None:
            raise uncertain or ArchiveError(messages.STILL_THERE)
        self._log.append(of_recording(DELETED, sid))
        return ""

    def settle_all(self) -> dict[str, Failure]:
        """Log the deletions that a run was killed after, and return why that failed, by the SID."""
        unsettled = {}
        for sid, kept in self._log.kept.items():
            if kept.deleting and not kept.deleted and self.is_of_account(kept):
                try:
                    self.settle(sid)
                except RequestFailed as problem:
                    # The others need not wait for it.
                    unsettled[sid] = problem.failure
        return unsettled

    def is_of_account(self, kept: Kept) -> bool:
        """Return whether a recording is of the task's account: a 404 says nothing about those of another one."""
        return kept.account_sid == self._client.connection.account_sid

    def settle(self, sid: str) -> bool:
        """Return whether the API no longer has a recording, and log it. Raises RequestFailed."""
        if self._get(sid) is not None:
            return False
        self._log.append(of_recording(DELETED, sid))
        return True

    def _get(self, sid: str) -> dict[str, t.Any] | None:
        try:
            return normalized(self._client.recordings.get(sid))
        except RequestFailed as problem:
            if problem.failure.http_status != 404:
                raise
            return None


def _seconds(duration: t.Any) -> str:
    return f"{duration} seconds" if isinstance(duration, (int, float)) else "unknown"
