# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of an archive: each is written whole, synced, and never replaced."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import time
import typing as t

from .._base.errors import ArchiveError
from .._download.download import Content, content_of
from . import messages

PARTS = ".parts"
LOCK = ".lock"
# What is in the folder and belongs to no recording.
PRIVATE = (PARTS, LOCK)
# A disk in this state has no room for the next file either.
FATAL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO)
POLL = 0.2
SHOWN = 2.0


class Access(t.NamedTuple):
    """Who may use what is written: modes, and the numeric IDs of an owner and a group, -1 for that of this process."""

    mode: int = 0o600
    directory_mode: int = 0o700
    owner: int = -1
    group: int = -1


class Files:
    """The folder of an archive. All paths are relative to it. Methods raise OSError."""

    def __init__(self, folder: str, access: Access) -> None:
        self.folder = folder
        self._access = access
        self._unsynced: set[str] = set()

    def path(self, name: str) -> str:
        """Return the absolute path of a file."""
        return os.path.join(self.folder, name) if name else self.folder

    def exists(self, name: str) -> bool:
        """Return whether there is a file, or anything else, of this name."""
        return os.path.lexists(self.path(name))

    @contextlib.contextmanager
    def locked(self, seconds: float, progress: t.Callable[[str], None] | None) -> t.Iterator[None]:
        """Keep other tasks out. Raises ArchiveError if one is in for `seconds`."""
        self.make("")
        started = shown = time.monotonic()
        with open(self.path(LOCK), "a", encoding="ascii") as file:
            while not _lock(file.fileno()):
                now = time.monotonic()
                if now - started >= seconds:
                    raise ArchiveError(messages.LOCKED.format(self.folder, seconds))
                if progress and now - shown >= SHOWN:
                    shown = now
                    progress(messages.WAITING.format(now - started))
                time.sleep(POLL)
            yield

    def part(self, sid: str) -> str:
        """Return the name of the file for what is not in its place yet of a recording, in a folder that exists."""
        self.make(PARTS)
        return part_of(sid)

    @contextlib.contextmanager
    def writing(self, part: str) -> t.Iterator[t.BinaryIO]:
        """Give an empty file, which is on the disk in the end, with its attributes, or gone if that fails."""
        descriptor = os.open(self.path(part), os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with open(descriptor, "w+b") as file:
            try:
                yield file
                file.flush()
                self.own(descriptor)
                os.fsync(descriptor)
            except BaseException:
                # On a full disk, others need the room.
                os.unlink(self.path(part))
                raise

    def place(self, part: str, name: str) -> None:
        """Move a part to its place, where nothing is."""
        folder = os.path.dirname(name)
        self.make(folder)
        if self.exists(name):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), self.path(name))
        os.rename(self.path(part), self.path(name))
        self._unsynced.add(folder)

    def write(self, name: str, sid: str, data: bytes) -> None:
        """Write a file of a recording at once."""
        part = f"{self.part(sid)}.{os.path.splitext(name)[1][1:]}"
        with self.writing(part) as file:
            file.write(data)
        self.place(part, name)

    def remove(self, name: str) -> None:
        """Remove a file, which need not be there, and the folders that it leaves empty."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.path(name))
        folder = os.path.dirname(name)
        with contextlib.suppress(OSError):
            while folder:
                os.rmdir(self.path(folder))
                folder = os.path.dirname(folder)

    def sync(self) -> None:
        """Make what was moved be in its place after a power cut."""
        while self._unsynced:
            sync_folder(self.path(self._unsynced.pop()))

    def secure(self, names: t.Iterable[str]) -> None:
        """Make files be in their places after a power cut, whichever run has put them there."""
        folders = {""}
        for name in names:
            while name:
                name = os.path.dirname(name)
                folders.add(name)
        for folder in folders:
            sync_folder(self.path(folder))

    def parts(self) -> list[str]:
        """Return the names of all parts: after a run, those of tasks that were killed, or that failed."""
        return [f"{PARTS}/{name}" for name in os.listdir(self.path(PARTS))] if self.exists(PARTS) else []

    def content(self, name: str) -> Content:
        """Return what is in a file, from the disk and not from memory, where the system can do that."""
        with open(self.path(name), "rb") as file:
            drop_cached(file.fileno())
        return content_of(self.path(name), with_md5=False)

    def names(self, folder: str, leave_out: t.Sequence[str]) -> t.Iterator[str]:
        """Give the names of all files, and links, below a folder, without some that are at its top."""
        top = self.path(folder)
        for path, folders, names in os.walk(top):
            inside = os.path.relpath(path, self.folder) if path != self.folder else ""
            if path == top:
                folders[:] = [name for name in folders if name not in leave_out]
                names = [name for name in names if name not in leave_out]
            links = [name for name in folders if os.path.islink(os.path.join(path, name))]
            yield from (os.path.join(inside, name) for name in [*names, *links])

    def own(self, file: int | str) -> None:
        """Give a file its owner, group and mode."""
        self._own(file, self._access.mode)

    def own_folder(self, folder: str) -> None:
        """Give a folder its owner, group and mode."""
        self._own(folder, self._access.directory_mode)

    def make(self, folder: str) -> None:
        """Make a folder, and those that it is in."""
        path = self.path(folder)
        if os.path.isdir(path):
            return
        if folder:
            self.make(os.path.dirname(folder))
        else:
            os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        # Another thread may have been first.
        with contextlib.suppress(FileExistsError):
            os.mkdir(path, 0o700)
            self._own(path, 0o700 if folder == PARTS else self._access.directory_mode)
            self._unsynced.add(os.path.dirname(folder))

    def _own(self, file: int | str, mode: int) -> None:
        if self._access.owner != -1 or self._access.group != -1:
            os.chown(file, self._access.owner, self._access.group)
        os.chmod(file, mode)


def part_of(sid: str) -> str:
    """Return the name of the part of a recording."""
    return f"{PARTS}/{hashlib.sha256(sid.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"


def drop_cached(descriptor: int) -> None:
    """Have the next read of a file that was synced come from its disk."""
    if hasattr(os, "posix_fadvise"):
        with contextlib.suppress(OSError):
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)


def sync_folder(path: str) -> None:
    """Sync the names in a folder, where the file system can do that. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF):
            raise
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in (errno.EAGAIN, errno.EACCES):
            raise
        return False
    return True
