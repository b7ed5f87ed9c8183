# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Removes local files that are past their time: the option `keep`."""

from __future__ import annotations

import typing as t

from . import bag
from .dates import is_older, month_of
from .log import REMOVED, REMOVING, UNSEALED, Kept, Log, of_recording

if t.TYPE_CHECKING:
    from .deletion import Deletion
    from .files import Files
    from .holds import Holds


class Retention:
    """Removes the files of recordings that began at least that many days ago, and that are on no hold.

    With `deletion`, what the API is to lose first, and still has, stays. With `uploads`, so does what was not uploaded.
    """

    def __init__(
        self, files: Files, log: Log, holds: Holds, days: float, deletion: Deletion | None, uploads: bool
    ) -> None:
        self._files = files
        self._log = log
        self._holds = holds
        self._days = days
        self._deletion = deletion
        self._uploads = uploads

    def expired(self, check_mode: bool) -> t.Iterator[str]:
        """Give the SIDs of the recordings to remove. Raises RequestFailed, and ArchiveError for a hold file."""
        for sid, kept in self._log.kept.items():
            if kept.removed or not is_older(kept.started, self._days) or self._holds.has(sid, kept.call_sid):
                continue
            if self._uploads and not kept.is_uploaded:
                continue
            if not self._is_deleted(sid, kept, check_mode):
                continue
            yield sid

    def _is_deleted(self, sid: str, kept: Kept, check_mode: bool) -> bool:
        """Return whether the API no longer has a recording, if it is to be deleted there. Raises RequestFailed."""
        if self._deletion is None or kept.deleted:
            return True
        return not check_mode and self._deletion.is_of_account(kept) and self._deletion.settle(sid)

    def remove(self, sid: str) -> bool:
        """Remove the files of a recording, and return whether no hold has come. Raises OSError, and ArchiveError."""
        kept = self._log.kept[sid]
        self._log.append(of_recording(REMOVING, sid, kept.files))
        if self._holds.has(sid, kept.call_sid):
            return False
        for file in reversed(kept.files):
            self._files.remove(file.name)
        self._log.append(of_recording(REMOVED, sid))
        return True

    def unseal(self) -> None:
        """Remove the bags of which no recording is left: they have the same files. Raises OSError."""
        left = {month_of(kept.started) for kept in self._log.kept.values() if not kept.removed}
        for month in sorted(self._log.sealed - left):
            self._log.append({"action": UNSEALED, "month": month})
            bag.remove(self._files, month)
