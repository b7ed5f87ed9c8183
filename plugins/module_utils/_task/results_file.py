# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lists of a result: in the result, or in a file of which the result has the numbers."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
import typing as t

from .._base.errors import InvalidArguments
from .._base.faults import fault
from .._base.redaction import hide
from .._base.scratch import scratch, sweep
from . import messages
from .results import Entries, Lists
from .summary import Schemas, Summary

OPTION = "results_path"
# Recordings once more, or one text for each request.
_LEFT_OUT = ("ansible_facts", "diff")
# What is in the file, and not in the result, beside the lists.
_IN_FILE = ("file", "recording")
# Warnings that a result has.
_SHOWN = 10
# Between two entries of a list: no JSON text has a line break.
_BETWEEN = b",\n"


def first_warnings(warnings: list[str], more: str) -> list[str]:
    """Return the first warnings of many, and `more` with the number of those that are left out."""
    left = len(warnings) - _SHOWN
    return [*warnings[:_SHOWN], more.format(left)] if left > 0 else warnings


class ResultsFile(Lists):
    """Writes the lists of a result to a file while they grow. Without a folder, as in check mode, only counts.

    A result is never lost because of the file: if it cannot be written, the task fails and returns the lists itself.
    """

    def __init__(self, path: str, folder: str | None, key: str, summary: Summary) -> None:
        super().__init__()
        self._path = path
        self._folder = folder
        self._key = key
        self._summary = summary
        self._spools: dict[str, _Spool] = {}
        self._kept: Lists | None = None
        self._problem: OSError | None = None

    def add(self, name: str, entries: Entries) -> None:
        hidden = hide(entries, self._key)
        self._summary.add(name, hidden)
        if self._folder is None:
            return
        if self._kept is None:
            try:
                if name not in self._spools:
                    self._spools[name] = _Spool(self._folder)
                self._spools[name].add(hidden)
                return
            except OSError as error:
                self._give_up(error)
        t.cast(Lists, self._kept).add(name, hidden)

    def close(self) -> None:
        """Give back the disk space of what was not moved to its place."""
        for spool in self._spools.values():
            spool.close()

    def result(self, result: dict[str, t.Any]) -> dict[str, t.Any]:
        """Write the file, and return what a task returns in place of this result: the numbers, and the first failures."""
        for name in self._summary.lists:
            if name in result:
                self.add(name, result.pop(name))
        rest = hide({name: value for name, value in result.items() if name not in _LEFT_OUT}, self._key)
        if self._folder is not None and self._kept is None:
            try:
                self._write(rest, self._folder)
            except OSError as error:
                self._give_up(error)
        if self._kept is not None:
            return {**rest, **self._kept.held, **self._failure(rest)}
        found = {name: value for name, value in rest.items() if name not in _IN_FILE}
        if "warnings" in found:
            found["warnings"] = first_warnings(found["warnings"], messages.MORE_WARNINGS)
        if self._folder is not None:
            found[OPTION] = self._path
        return t.cast("dict[str, t.Any]", hide({**found, **self._summary.result()}, self._key))

    def _write(self, rest: dict[str, t.Any], folder: str) -> None:
        with scratch(folder) as file:
            before = b"{"
            for name, value in rest.items():
                file.write(before + _text(name) + b": " + _text(value))
                before = _BETWEEN
            for name, spool in self._spools.items():
                file.write(before + _text(name) + b": [\n")
                spool.copy(file)
                file.write(b"\n]")
                before = _BETWEEN
            file.write(b"\n}\n")
            file.flush()
            os.fsync(file.fileno())
            os.replace(file.name, self._path)

    def _give_up(self, error: OSError) -> None:
        """Take what was written so far back into memory."""
        self._problem = error
        self._kept = Lists()
        for name, spool in self._spools.items():
            self._kept.add(name, spool.entries())

    def _failure(self, rest: dict[str, t.Any]) -> dict[str, t.Any]:
        error = t.cast(OSError, self._problem)
        msg = messages.NOT_WRITTEN.format(self._path, error.strerror or error)
        return {"failed": True, "msg": f"{msg} {rest.get('msg') or ''}".strip()}


class _Spool:
    """The entries of a list, on disk in a file without a name."""

    def __init__(self, folder: str) -> None:
        # Without a buffer, which would hold what could not be written.
        self._file = tempfile.TemporaryFile(buffering=0, dir=folder)  # noqa: SIM115 - it outlives this
        self._end = 0

    def add(self, entries: Entries) -> None:
        """Add some. Raises OSError, and then has none of them."""
        if not entries:
            return
        text = (_BETWEEN if self._end else b"") + _BETWEEN.join(map(_text, entries))
        left = memoryview(text)
        while left:
            left = left[self._file.write(left) :]
        self._end += len(text)

    def copy(self, file: t.BinaryIO) -> None:
        self._file.seek(0)
        shutil.copyfileobj(self._file, file)

    def entries(self) -> Entries:
        """Return all entries."""
        self._file.seek(0)
        return [json.loads(line) for line in self._file.read(self._end).split(_BETWEEN) if line]

    def close(self) -> None:
        self._file.close()


class Filed(t.NamedTuple):
    """What of a module's result goes into the file that results_path names."""

    lists: tuple[str, ...]
    """The return values that are lists with an entry for each call or recording."""
    outcomes: tuple[str, ...] = ()
    """What can become of a call or recording."""

    @contextlib.contextmanager
    def opened(self, params: dict[str, t.Any], replies: Schemas, check_mode: bool) -> t.Iterator[ResultsFile | None]:
        """Give the file, or None if the task wants none. Raises InvalidArguments for one that cannot be written.

        `replies` are the schemas of lists that hold replies of the API.
        """
        path = params.get(OPTION)
        if path is None:
            yield None
            return
        folder = os.path.dirname(path)
        try:
            _require_writable(path, folder, check_mode)
        except OSError as error:
            expected = (
                f"a file, in a folder that exists and is writable, on the target host ({error.strerror or error})"
            )
            raise InvalidArguments([fault(OPTION, path, expected)]) from error
        summary = Summary(self.lists, self.outcomes, replies)
        file = ResultsFile(path, None if check_mode else folder, params["api_key"], summary)
        try:
            yield file
        finally:
            file.close()


def _require_writable(path: str, folder: str, check_mode: bool) -> None:
    """Raise OSError for a file that cannot be written. In check mode, nothing is tried."""
    if os.path.isdir(path):
        raise IsADirectoryError("it is a directory")
    if check_mode:
        os.scandir(folder).close()
        return
    sweep(folder)
    with scratch(folder):
        pass


def _text(value: t.Any) -> bytes:
    return json.dumps(value).encode("ascii")
