# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was uploaded from an archive, as read back: the option `uploads`."""

from __future__ import annotations

import typing as t

from .._base.errors import ArchiveError
from . import messages
from .log import UPLOADED, File, Log, of_recording

if t.TYPE_CHECKING:
    from .files import Files


def take_over(uploads: t.Sequence[dict[str, t.Any]], log: Log, check_mode: bool) -> int:
    """Log what was uploaded and was not known to be, and return how many files that are.

    Raises ArchiveError for a file that has other bytes there than here, before any of them is logged.
    """
    if not uploads:
        return 0
    known = {file.name: (sid, file) for sid, kept in log.kept.items() for file in kept.files}
    new: dict[str, list[File]] = {}
    for one in uploads:
        name, size, sha256 = one["file"], one["bytes"], one["sha256"].lower()
        if name not in known:
            raise ArchiveError(messages.UPLOAD_UNKNOWN.format(name))
        sid, file = known[name]
        if (size, sha256) != (file.size, file.sha256):
            raise ArchiveError(messages.UPLOAD_DIFFERS.format(name, size, sha256, file.size, file.sha256))
        if name not in log.kept[sid].uploaded:
            new.setdefault(sid, []).append(file)
    if new and not check_mode:
        log.append(*(of_recording(UPLOADED, sid, files) for sid, files in new.items()))
    return sum(map(len, new.values()))


def pending(files: Files, log: Log, failed: t.Container[str]) -> list[dict[str, t.Any]]:
    """Return the files that are in the archive, and were not uploaded, without those of the recordings that failed."""
    return [
        {
            "recording_sid": sid,
            "file": file.name,
            "path": files.path(file.name),
            "bytes": file.size,
            "sha256": file.sha256,
        }
        for sid, kept in sorted(log.kept.items(), key=lambda one: one[1].audio.name)
        if not kept.removed and sid not in failed
        for file in kept.files
        # What is missing is reported where it is looked for, and must not hold up the others.
        if file.name not in kept.uploaded and files.exists(file.name)
    ]
