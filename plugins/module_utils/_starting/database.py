# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A private SQLite file that processes on several nodes use at the same time. docs/journal.md gives the reasons."""

from __future__ import annotations

import contextlib
import errno
import os
import random
import stat
import threading
import time
import typing as t
import urllib.parse

try:
    import sqlite3
except ImportError:  # A Python that was built without it.
    sqlite3 = None  # type: ignore[assignment]

# For this long, another process may lock the file.
LOCKED_SECONDS = 60
POLL_SECONDS = (0.001, 0.01)
# Of a new file.
PAGE_SIZE = 4096
SHOWN_CHARACTERS = 200

SETTINGS = (
    # Kept between transactions, the rollback journal is never missed through the attribute cache of NFS.
    "journal_mode=PERSIST",
    "synchronous=FULL",
    "fullfsync=1",
    "cell_size_check=1",
    "mmap_size=0",
    "temp_store=MEMORY",
)

LOCKED = "database is locked"
NO_DATABASE = "file is not a database"
# What SQLite reports if a file is sound and cannot be used. Python 3.8 has no error codes, only these messages.
UNUSABLE = {
    LOCKED: (errno.EAGAIN, f"another process has locked the file for {LOCKED_SECONDS} seconds"),
    "database or disk is full": (errno.ENOSPC, os.strerror(errno.ENOSPC)),
    "disk I/O error": (errno.EIO, os.strerror(errno.EIO)),
    "locking protocol": (errno.ENOLCK, os.strerror(errno.ENOLCK)),
    "unable to open database file": (
        errno.EACCES,
        "the file, or the one with -journal after its name, cannot be opened",
    ),
    "attempt to write a readonly database": (errno.EROFS, "the file cannot be written"),
}

Execute = t.Callable[..., t.List[t.Tuple[t.Any, ...]]]

# Held whenever a connection of this process is used, and while it forks: a child that inherited a transaction would roll
# it back when it ends. It is also held while a file is created, since closing any descriptor of a file drops all locks
# that the process has on it.
_using = threading.Lock()
os.register_at_fork(before=_using.acquire, after_in_parent=_using.release, after_in_child=_using.release)


class Damaged(Exception):
    """The file is not as it was written."""

    def __init__(self, problem: object) -> None:
        super().__init__(str(problem)[:SHOWN_CHARACTERS])


class Format(t.NamedTuple):
    """What a file holds: its application_id, its user_version, and the statements that create its tables and indexes."""

    application: int
    version: int
    statements: tuple[str, ...]


class Database:
    """One open file, which is created if it does not exist. Any number of threads may use it.

    With `read_only`, nothing is created, and `exists` is False if there is nothing to read. What another process left
    half written when it was killed is undone even then, as for any reader. Raises OSError or Damaged.
    """

    def __init__(self, path: str, expected: Format, read_only: bool) -> None:
        if sqlite3 is None:
            raise OSError(errno.ENOSYS, "this Python has no sqlite3 module")
        self._process = os.getpid()
        self._connection: sqlite3.Connection | None = None
        self._page_size = 0
        self._read_only = read_only
        with _using:
            self._path = _checked(path, read_only)
            self.exists = os.path.exists(self._path)
            if self.exists:
                self._connect(expected)

    @contextlib.contextmanager
    def reading(self) -> t.Iterator[Execute]:
        """Give a function that executes a query on one state of the file. Raises OSError or Damaged."""
        with _using, self._transaction("BEGIN") as execute:
            yield execute

    @contextlib.contextmanager
    def writing(self) -> t.Iterator[Execute]:
        """Give a function that executes a statement. What it did is on the disk in the end, or undone by an error."""
        with _using, self._transaction("BEGIN IMMEDIATE") as execute:
            yield execute

    @property
    def lost(self) -> bool:
        """The file was removed or replaced since it was opened."""
        try:
            if self.exists:
                self._require_place()
        except OSError:
            return True
        return False

    def require_writable(self) -> None:
        """Raise OSError if this process cannot write the file."""
        if self._read_only:
            raise OSError(errno.EROFS, "the file was opened for reading only")
        self._opened()

    def close(self) -> None:
        """Close the file."""
        with _using:
            self._close()

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connect(self, expected: Format) -> None:
        self._identity = _identity(self._path)
        url = f"file:{urllib.parse.quote(os.fsencode(self._path))}?mode=rw"
        try:
            with _translated():
                self._connection = sqlite3.connect(
                    url, uri=True, timeout=0, isolation_level=None, check_same_thread=False
                )
                self._set_up(expected)
        except BaseException as error:
            self._close()
            if str(error) == NO_DATABASE and _has_lines(self._path):
                raise Damaged("it has the JSON lines that were written before version 1.0.0") from error
            raise

    def _set_up(self, expected: Format) -> None:
        """Create what an empty file lacks, and see that one that is not empty has it."""
        for setting in (f"page_size={PAGE_SIZE}", "auto_vacuum=NONE", "encoding='UTF-8'", *SETTINGS):
            self._execute(f"PRAGMA {setting}")
        if not self._value("page_count"):
            # SQLite takes one byte for none.
            if os.stat(self._path).st_size == 1:
                raise Damaged(NO_DATABASE)
            if self._read_only:
                self.exists = False
                return
            self._create(expected)
        self._page_size = self._value("page_size")
        with self._transaction("BEGIN") as execute:
            self._compare(execute, expected)

    def _compare(self, execute: Execute, expected: Format) -> None:
        version = self._value("user_version")
        if self._value("application_id") != expected.application:
            raise Damaged("it is a database of another program")
        if version != expected.version:
            raise Damaged(f"it has version {version} of its format, not {expected.version}")
        statements = {sql for (sql,) in execute("SELECT sql FROM sqlite_master")}
        settings = self._value("encoding"), self._value("auto_vacuum")
        if statements != set(expected.statements) or settings != ("UTF-8", 0):
            raise Damaged("its tables are not those that were created")

    def _create(self, expected: Format) -> None:
        with self._transaction("BEGIN IMMEDIATE") as execute:
            # Another process may have been first.
            if not execute("SELECT * FROM sqlite_master"):
                execute(f"PRAGMA application_id={expected.application}")
                execute(f"PRAGMA user_version={expected.version}")
                for statement in expected.statements:
                    execute(statement)

    @contextlib.contextmanager
    def _transaction(self, begin: str) -> t.Iterator[Execute]:
        with _translated():
            self._require_place()
            self._execute(begin)
            try:
                # It may have had to wait.
                self._require_place()
                self._require_size()
                yield self._execute
                self._execute("COMMIT")
            finally:
                self._roll_back()

    def _roll_back(self) -> None:
        if self._connection is not None and self._connection.in_transaction:
            # An error left the transaction open. If it cannot be undone here, whoever reads the file next undoes it.
            with contextlib.suppress(sqlite3.Error):
                self._execute("ROLLBACK")

    def _require_place(self) -> None:
        try:
            identity = _identity(self._path)
        except FileNotFoundError:
            identity = None
        if identity != self._identity:
            raise OSError("the file was removed or replaced")

    def _require_size(self) -> None:
        pages = self._value("page_count")
        # The first transaction of an empty file counts a page that is yet to be written.
        if self._page_size and os.stat(self._path).st_size != pages * self._page_size:
            raise Damaged(f"it does not have the size of its {pages} pages")

    def _value(self, pragma: str) -> t.Any:
        return self._execute(f"PRAGMA {pragma}")[0][0]

    def _opened(self) -> sqlite3.Connection:
        if self._process != os.getpid():
            raise OSError("the file was opened by another process")
        if self._connection is None:
            raise OSError("the file is closed")
        return self._connection

    def _execute(self, statement: str, values: t.Sequence[t.Any] = ()) -> list[tuple[t.Any, ...]]:
        connection = self._opened()
        until = time.monotonic() + LOCKED_SECONDS
        while True:
            try:
                return connection.execute(statement, values).fetchall()
            except sqlite3.OperationalError as error:
                if str(error) != LOCKED or time.monotonic() > until:
                    raise
            # SQLite itself would wait for longer each time, and so a busy process would keep others out.
            time.sleep(random.uniform(*POLL_SECONDS))  # noqa: S311


def _checked(path: str, read_only: bool) -> str:
    """Return the path without symbolic links, of a file that can be read and written, or be created."""
    if not os.path.isabs(path) or "\0" in path:
        raise OSError("not an absolute path")
    # Through two names, two runs would each look for a rollback journal of its own.
    path = os.path.realpath(path)
    folder = os.path.dirname(path)
    os.stat(os.path.join(folder, ""))
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    try:
        found = os.stat(path)
    except FileNotFoundError:
        if read_only:
            return path
        _create_file(path)
        found = os.stat(path)
    if not stat.S_ISREG(found.st_mode):
        raise OSError("not a regular file")
    if found.st_nlink != 1:
        raise OSError("it has several names (hard links)")
    if not os.access(path, os.R_OK | os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    _require_own_journal(f"{path}-journal", found.st_uid)
    return path


def _require_own_journal(path: str, owner: int) -> None:
    """See that nobody else has put a rollback journal into a folder that all can write, such as /tmp."""
    with contextlib.suppress(FileNotFoundError):
        found = os.lstat(path)
        if not stat.S_ISREG(found.st_mode) or found.st_uid != owner:
            raise OSError(f"{path} was made by somebody else")


def _create_file(path: str) -> None:
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    # So that it is still in its folder after a power cut, where the folder lets us.
    with contextlib.suppress(OSError):
        folder = os.open(os.path.dirname(path), os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _has_lines(path: str) -> bool:
    """Return whether a file, which no connection has open, begins like JSON."""
    with open(path, "rb") as file:
        return file.read(1) == b"{"


def _identity(path: str) -> tuple[int, int]:
    found = os.stat(path)
    return found.st_dev, found.st_ino


@contextlib.contextmanager
def _translated() -> t.Iterator[None]:
    """Raise OSError or Damaged for what SQLite reports."""
    try:
        yield
    except sqlite3.ProgrammingError:
        raise
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        # The message itself may quote what cannot be decoded.
        if str(error) in UNUSABLE:
            raise OSError(*UNUSABLE[str(error)]) from error
        raise Damaged(error) from error
