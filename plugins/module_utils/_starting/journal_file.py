# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The file of a journal: entries that are only ever added, by any number of runs, each of which sees all of them."""

from __future__ import annotations

import hashlib
import json
import secrets
import threading
import time
import typing as t

from .database import (
    Damaged,
    Database,
    Execute,
    Format,
)

__all__ = ["Damaged", "Entry", "JournalFile"]

# Two indexes find the entries of a key independently, so that damage to one cannot hide an entry. `digest` is over the
# other columns and the digest of the key's entry before.
FORMAT = Format(
    application=0x764F6A31,
    version=1,
    statements=(
        "CREATE TABLE entries (number INTEGER PRIMARY KEY, key TEXT, hash INTEGER, run TEXT, event TEXT, time REAL,"
        " details TEXT, digest TEXT)",
        "CREATE INDEX by_key ON entries (key)",
        "CREATE INDEX by_hash ON entries (hash)",
    ),
)
NUMBERS = "SELECT number FROM entries INDEXED BY by_key WHERE key = ? ORDER BY number"
ROWS = (
    "SELECT number, key, run, event, time, details, digest FROM entries INDEXED BY by_hash"
    " WHERE hash = ? ORDER BY number"
)
NEWEST_NUMBER = "SELECT number FROM entries INDEXED BY by_key WHERE key = ? ORDER BY number DESC LIMIT 1"
NEWEST_ROW = (
    "SELECT number, digest FROM entries INDEXED BY by_hash WHERE hash = ? AND key = ? ORDER BY number DESC LIMIT 1"
)
LAST = "SELECT max(number) FROM entries"
INSERT = "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?)"


class Entry(t.NamedTuple):
    """One entry. `number` is its position in the journal, from 1; `run` is the random id of the run that wrote it."""

    number: int
    key: str
    run: str
    event: str
    time: float
    details: dict[str, t.Any]


class _Append(t.NamedTuple):
    key: str
    event: str
    details: str
    after: int


class _Batch:
    """Entries that are added in one transaction, since a disk takes as long for many as for one."""

    def __init__(self) -> None:
        self.appends: list[_Append] = []
        self.numbers: list[int | None] = []
        self.errors: list[BaseException] = []
        self.done = False


class JournalFile:
    """An open journal, which is created if it does not exist. Any number of threads and processes may use it.

    With `read_only`, nothing is created or added. Raises OSError or Damaged.
    """

    def __init__(self, path: str, read_only: bool = False) -> None:
        self.run = secrets.token_hex(8)
        self._database = Database(path, FORMAT, read_only)
        self._changed = threading.Condition()
        self._batch = _Batch()
        self._writing = False

    @property
    def lost(self) -> bool:
        """The file was removed or replaced since it was opened."""
        return self._database.lost

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def history(self, key: str) -> list[Entry]:
        """Return the entries of a key, oldest first. Raises OSError or Damaged."""
        if not self._database.exists:
            return []
        with self._database.reading() as execute:
            numbers = [number for (number,) in execute(NUMBERS, (key,))]
            rows = [row for row in execute(ROWS, (_hash(key),)) if row[1] == key]
        if numbers != [row[0] for row in rows]:
            raise Damaged(f"its indexes disagree about {key}")
        digest = ""
        for *columns, found in rows:
            digest = _digest(columns, digest)
            if found != digest:
                raise Damaged(f"entry {columns[0]} is not as it was written")
        return [
            Entry(number, key, run, event, at, json.loads(text)) for number, key, run, event, at, text, _seal in rows
        ]

    def append(self, key: str, event: str, details: dict[str, t.Any], after: int) -> int | None:
        """Add an entry if the newest one of its key has the number `after`, where 0 stands for none.

        Return its number when it is on the disk, or None if another entry was first. Raises OSError or Damaged.
        """
        self._database.require_writable()
        with self._changed:
            batch = self._batch
            position = len(batch.appends)
            batch.appends.append(_Append(key, event, json.dumps(details), after))
            self._changed.wait_for(lambda: batch.done or not self._writing)
            if not batch.done:
                self._writing = True
                self._batch = _Batch()
        if not batch.done:
            self._write(batch)
        for error in batch.errors:
            raise error
        return batch.numbers[position]

    def _write(self, batch: _Batch) -> None:
        try:
            with self._database.writing() as execute:
                batch.numbers = [self._add(execute, *append) for append in batch.appends]
        except BaseException as error:
            batch.errors.append(error)
        finally:
            with self._changed:
                batch.done = True
                self._writing = False
                self._changed.notify_all()

    def _add(self, execute: Execute, key: str, event: str, details: str, after: int) -> int | None:
        newest = execute(NEWEST_ROW, (_hash(key), key))
        if execute(NEWEST_NUMBER, (key,)) != [(number,) for number, _digest in newest]:
            raise Damaged(f"its indexes disagree about {key}")
        before, digest = newest[0] if newest else (0, "")
        if before != after:
            return None
        number: int = (execute(LAST)[0][0] or 0) + 1
        now = time.time()
        sealed = _digest((number, key, self.run, event, now, details), digest)
        execute(INSERT, (number, key, _hash(key), self.run, event, now, details, sealed))
        return number


def _hash(key: str) -> int:
    """Return 64 bits that stand for a key."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big", signed=True)


def _digest(columns: t.Sequence[t.Any], before: str) -> str:
    # No column has a list, so bytes in the place of text make another digest.
    text = json.dumps([before, *columns], default=lambda blob: [blob.hex()])
    return hashlib.sha256(text.encode()).hexdigest()
