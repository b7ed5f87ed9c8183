# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module is private to this collection and can change at any time.

"""An append-only file of JSON lines that survives a crash, and shows when it was changed by another hand."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import stat
import threading
import typing as t

Entry = t.Dict[str, t.Any]

# Each line has a digest of itself and of the digest before it, so a line that was changed, added or taken out shows.
DIGEST = "sha256"


class Tampered(Exception):
    """A line is not as it was written."""

    def __init__(self, number: int) -> None:
        super().__init__(f"line {number} is not as it was written")


class _Batch:
    """Lines that are written together, since a disk takes as long for many as for one."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.error: OSError | None = None
        self.done = False


class LogFile:
    """One open file, which no other LogFile can open until this one is closed.

    `entries` is what it held when it was opened, and `torn` whether its last line was cut off, as by a crash; such a
    line is taken out. With `read_only`, nothing is created or changed. `waiting` is called if another one has it open.
    Raises OSError or Tampered.
    """

    def __init__(self, path: str, read_only: bool = False, waiting: t.Callable[[], None] | None = None) -> None:
        self.entries: list[Entry] = []
        self.torn = False
        self._digest = ""
        self._batch = _Batch()
        self._collecting = threading.Lock()
        self._writing = threading.Lock()
        self._file: int | None = _open(path, read_only)
        if self._file is None:
            return
        try:
            _lock(self._file, fcntl.LOCK_SH if read_only else fcntl.LOCK_EX, waiting)
            self._read(read_only)
        except BaseException:
            self.close()
            raise

    def append(self, entry: Entry) -> None:
        """Return when the entry is on the disk. Any number of threads may call at the same time. Raises OSError."""
        with self._collecting:
            batch = self._batch
            batch.entries.append(entry)
        with self._writing:
            if not batch.done:
                with self._collecting:
                    self._batch = _Batch()
                self._write(batch)
        if batch.error:
            raise batch.error

    def close(self) -> None:
        """Close the file, and let the next one open it."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _write(self, batch: _Batch) -> None:
        batch.done = True
        digest = self._digest
        lines = []
        for entry in batch.entries:
            text, digest = _sealed(entry, digest)
            lines.append(text)
        data = "".join(lines).encode()
        try:
            if self._file is None:
                raise OSError("The journal is closed")
            end = os.lseek(self._file, 0, os.SEEK_END)
            try:
                _write_all(self._file, data)
                os.fsync(self._file)
            except OSError:
                # Half a line must not be in the way of the next one.
                os.ftruncate(self._file, end)
                raise
        except OSError as error:
            batch.error = error
        else:
            self._digest = digest

    def _read(self, read_only: bool) -> None:
        assert self._file is not None
        with open(self._file, "rb", closefd=False) as stream:
            lines = stream.read().split(b"\n")
        rest = lines.pop()
        for number, line in enumerate(lines, 1):
            self._take(line, number)
        if not rest:
            return
        whole = sum(len(line) + 1 for line in lines)
        try:
            # Only the end of the line is missing.
            self._take(rest, len(lines) + 1)
            whole += len(rest)
        except Tampered:
            self.torn = True
        if not read_only:
            os.ftruncate(self._file, whole)
            if not self.torn:
                _write_all(self._file, b"\n")
            os.fsync(self._file)

    def _take(self, line: bytes, number: int) -> None:
        try:
            entry = json.loads(line)
            found = entry.pop(DIGEST)
            text, digest = _sealed(entry, self._digest)
        except (ValueError, AttributeError, KeyError, TypeError, RecursionError):
            raise Tampered(number) from None
        if found != digest or text.encode() != line + b"\n":
            raise Tampered(number)
        self._digest = digest
        self.entries.append(entry)


def _open(path: str, read_only: bool) -> int | None:
    try:
        file = os.open(path, (os.O_RDONLY if read_only else os.O_RDWR | os.O_APPEND) | os.O_NONBLOCK)
    except FileNotFoundError:
        if read_only and os.path.isdir(os.path.dirname(path)):
            return None
        file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        _sync_folder(path)
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise OSError("not a regular file")
    return file


def _lock(file: int, kind: int, waiting: t.Callable[[], None] | None) -> None:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        if waiting:
            waiting()
        fcntl.flock(file, kind)


def _sync_folder(path: str) -> None:
    """See to it that a new file is still in its folder after a power cut."""
    folder = os.open(os.path.dirname(path), os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _write_all(file: int, data: bytes) -> None:
    while data:
        data = data[os.write(file, data) :]


def _sealed(entry: Entry, before: str) -> tuple[str, str]:
    """Return the line of an entry, and its digest."""
    text = json.dumps(entry)
    digest = hashlib.sha256((before + text).encode()).hexdigest()
    return json.dumps({**entry, DIGEST: digest}) + "\n", digest
