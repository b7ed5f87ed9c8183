# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module is private to this collection and can change at any time.

"""An append-only file of JSON lines that survives a crash, and shows when it was changed by another hand."""

from __future__ import annotations

import contextlib
import errno
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
        self.errors: list[BaseException] = []
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
        self._path = path
        self._digest = ""
        self._batch = _Batch()
        self._broken = False
        self._collecting = threading.Lock()
        self._writing = threading.Lock()
        self._file: int | None = _open(path, read_only, waiting)
        if self._file is None:
            return
        try:
            self._read(self._file, read_only)
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
        for error in batch.errors:
            raise error

    @property
    def lost(self) -> bool:
        """The file was removed or replaced since it was opened."""
        return self._file is not None and not _is_at(self._file, self._path)

    def close(self) -> None:
        """Close the file, and let the next one open it."""
        with self._writing:
            if self._file is not None:
                os.close(self._file)
                self._file = None

    def _write(self, batch: _Batch) -> None:
        try:
            digest = self._digest
            lines = []
            for entry in batch.entries:
                text, digest = _sealed(entry, digest)
                lines.append(text)
            self._put("".join(lines).encode())
            self._digest = digest
        except BaseException as error:
            batch.errors.append(error)
        finally:
            batch.done = True

    def _put(self, data: bytes) -> None:
        if self._file is None or self._broken:
            raise OSError("it is closed, or was left with half a line")
        if self.lost:
            raise OSError("the file was removed or replaced")
        end = os.lseek(self._file, 0, os.SEEK_END)
        try:
            _write_all(self._file, data)
            os.fsync(self._file)
        except BaseException:
            # Half a line must not be in the way of the next one.
            self._broken = True
            os.ftruncate(self._file, end)
            self._broken = False
            raise

    def _read(self, file: int, read_only: bool) -> None:
        with open(file, "rb", closefd=False) as stream:
            lines = stream.read().split(b"\n")
        rest = lines.pop()
        for number, line in enumerate(lines, 1):
            self._take(line, number)
        if not rest:
            return
        whole = sum(len(line) + 1 for line in lines)
        end = _end_of_json(rest)
        if end == len(rest):
            # Only the end of the line is missing.
            self._take(rest, len(lines) + 1)
            whole += end
        elif end:
            # A crash cuts lines off. It puts nothing behind an entry.
            raise Tampered(len(lines) + 1)
        else:
            self.torn = True
        if not read_only:
            os.ftruncate(file, whole)
            if not self.torn:
                _write_all(file, b"\n")
            os.fsync(file)

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


def _open(path: str, read_only: bool, waiting: t.Callable[[], None] | None) -> int | None:
    """Return the open and locked file; None if there is none to read."""
    while True:
        file = _open_any(path, read_only)
        if file is None:
            return None
        try:
            if not stat.S_ISREG(os.fstat(file).st_mode):
                raise OSError("not a regular file")
            _lock(file, fcntl.LOCK_SH if read_only else fcntl.LOCK_EX, waiting)
            # Whoever had it open may have replaced it.
            if _is_at(file, path):
                return file
        except BaseException:
            os.close(file)
            raise
        os.close(file)


def _open_any(path: str, read_only: bool) -> int | None:
    if not os.path.isabs(path):
        raise OSError("not an absolute path")
    folder = os.path.dirname(path)
    try:
        if read_only:
            # As it would be if it were written.
            os.stat(folder)
            if not os.access(path if os.path.exists(path) else folder, os.R_OK | os.W_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return os.open(path, (os.O_RDONLY if read_only else os.O_RDWR | os.O_APPEND) | os.O_NONBLOCK)
    except FileNotFoundError:
        if read_only and os.path.isdir(folder):
            return None
        file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        _sync_folder(folder)
        return file


def _is_at(file: int, path: str) -> bool:
    try:
        return os.path.samestat(os.fstat(file), os.stat(path))
    except FileNotFoundError:
        return False


def _lock(file: int, kind: int, waiting: t.Callable[[], None] | None) -> None:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        if waiting:
            waiting()
        fcntl.flock(file, kind)


def _end_of_json(text: bytes) -> int:
    """Return where the JSON value ends with which a text begins; 0 if it does not begin with a whole one."""
    try:
        return json.JSONDecoder().raw_decode(text.decode("latin-1"))[1]
    except (ValueError, RecursionError):
        return 0


def _sync_folder(path: str) -> None:
    """See to it that a new file is still in its folder after a power cut, where the folder lets us."""
    with contextlib.suppress(OSError):
        folder = os.open(path, os.O_RDONLY)
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
