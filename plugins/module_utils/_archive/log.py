# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The log of an archive: one JSON object a line, which is only appended to, and which has the digest of the line before.

A line that was changed, removed or inserted breaks the chain. Lines that are cut off at the end do not, but their files are
then extra.
"""

from __future__ import annotations

import contextlib
import datetime
import errno
import hashlib
import json
import os
import threading
import typing as t

from .._base.errors import ArchiveError
from . import messages
from .files import Files, sync_folder

NAME = "archive.jsonl"
FIRST = "0" * 64

# The life of a recording in the archive, as entries have it.
ARCHIVED = "archived"
RESTORED = "restored"
TRANSCRIBED = "transcribed"
UPLOADED = "uploaded"
VERIFIED = "verified"
DELETING = "deleting"
DELETED = "deleted"
REMOVING = "removing"
REMOVED = "removed"
# Of the whole archive.
EXAMINED = "examined"
SEALED = "sealed"
UNSEALED = "unsealed"

Entry = t.Dict[str, t.Any]


class File(t.NamedTuple):
    """A file of a recording, as it was written. `size` is in bytes, `sha256` in hexadecimal."""

    name: str
    size: int
    sha256: str


class Kept:
    """A recording in the archive."""

    __slots__ = ("account_sid", "call_sid", "deleted", "deleting", "files", "removed", "started", "uploaded")

    def __init__(self, entry: Entry) -> None:
        self.account_sid: str = entry["account_sid"]
        """The account whose API had it."""
        self.call_sid: str | None = entry["call_sid"]
        self.started: str | None = entry["started"]
        # The audio, its sidecar, and its transcript if there is one.
        self.files = [_file(one) for one in entry["files"]]
        self.uploaded: set[str] = set()
        self.deleting = False
        self.deleted = False
        self.removed = False

    @property
    def audio(self) -> File:
        """The audio."""
        return self.files[0]

    @property
    def sidecar(self) -> File:
        """What is known of the recording."""
        return self.files[1]

    @property
    def transcript(self) -> File | None:
        """What was said."""
        return self.files[2] if len(self.files) > 2 else None

    @property
    def is_uploaded(self) -> bool:
        """Every file was uploaded."""
        return self.uploaded.issuperset(file.name for file in self.files)

    def apply(self, entry: Entry) -> None:
        """Take over what an entry says."""
        action = entry["action"]
        if action == TRANSCRIBED:
            self.files += [_file(one) for one in entry["files"]]
        elif action == UPLOADED:
            self.uploaded.update(one["name"] for one in entry["files"])
        elif action in (DELETING, DELETED):
            self.deleting, self.deleted = True, action == DELETED
        elif action == REMOVED:
            self.removed = True


class Log:
    """Raises ArchiveError for a log that was altered, and OSError.

    With `read_only`, nothing is written, and there need be no log.
    """

    def __init__(self, files: Files, read_only: bool) -> None:
        self.kept: dict[str, Kept] = {}
        self.problems: dict[str, str] = {}
        """What the last examination found, by the name of a file."""
        self.sealed: set[str] = set()
        """The months that were sealed."""
        self._lock = threading.Lock()
        self._last = FIRST
        self._descriptor = -1
        self._path = files.path(NAME)
        whole = self._read()
        if not read_only:
            exists = os.path.exists(self._path)
            self._descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
            if exists:
                # What a task that was killed had not written to its end.
                if os.fstat(self._descriptor).st_size != whole:
                    os.ftruncate(self._descriptor, whole)
            else:
                files.own(self._descriptor)
                sync_folder(files.folder)

    def append(self, *entries: Entry, sync: bool = True) -> None:
        """Append entries, and return when they are on the disk, unless that can wait."""
        with self._lock:
            lines, last = b"", self._last
            for entry in entries:
                now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds")
                line = _line({"time": now, **entry, "previous": last})
                last = hashlib.sha256(line).hexdigest()
                lines += line + b"\n"
            written = os.write(self._descriptor, lines)
            if written != len(lines):
                # The rest would begin in the middle of a line.
                os.ftruncate(self._descriptor, os.fstat(self._descriptor).st_size - written)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), self._path)
            # Only what is in the file is continued.
            self._last = last
            for entry in entries:
                self._apply(entry)
            if sync:
                os.fsync(self._descriptor)

    def close(self) -> None:
        """Have everything on the disk."""
        if self._descriptor != -1:
            os.fsync(self._descriptor)
            os.close(self._descriptor)
            self._descriptor = -1

    def _read(self) -> int:
        """Read all entries, and return how many bytes they have."""
        size = number = 0
        with contextlib.suppress(FileNotFoundError), open(self._path, "rb") as file:
            for number, line in enumerate(file, 1):
                if not line.endswith(b"\n"):
                    break
                try:
                    entry = json.loads(line)
                    if entry["previous"] != self._last:
                        raise ValueError("previous")
                    self._apply(entry)
                except (ValueError, TypeError, KeyError, AttributeError) as error:
                    raise ArchiveError(messages.ALTERED_LOG.format(self._path, number)) from error
                self._last = hashlib.sha256(line[:-1]).hexdigest()
                size += len(line)
        return size

    def _apply(self, entry: Entry) -> None:
        action, sid = entry["action"], entry.get("recording_sid")
        if action == EXAMINED:
            self.problems = {one["file"]: one["problem"] for one in entry["problems"]}
        elif action == SEALED:
            self.sealed.add(entry["month"])
        elif action == UNSEALED:
            self.sealed.discard(entry["month"])
        elif action == ARCHIVED:
            self.kept[entry["recording_sid"]] = Kept(entry)
        elif sid is not None:
            self.kept[sid].apply(entry)
        if action == RESTORED:
            for file in entry["files"]:
                self.problems.pop(file["name"], None)


def of_recording(action: str, sid: str, files: t.Iterable[File] = (), **more: t.Any) -> Entry:
    """Return an entry about a recording."""
    entry = {"action": action, "recording_sid": sid, **more}
    listed = [file._asdict() for file in files]
    return {**entry, "files": listed} if listed else entry


def _file(entry: Entry) -> File:
    return File(entry["name"], entry["size"], entry["sha256"])


def _line(entry: Entry) -> bytes:
    return json.dumps(entry, sort_keys=True).encode("ascii")
