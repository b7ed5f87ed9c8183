# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads a whole archive again, and reports what is not as it was written: `state: verified`."""

from __future__ import annotations

import os
import typing as t

from .._base.parallel import each
from . import bag, messages
from . import log as _log
from .files import PRIVATE

if t.TYPE_CHECKING:
    from .files import Files
    from .log import File, Log
    from .meter import Meter

MISSING = "missing"
ALTERED = "altered"
EXTRA = "extra"
# What the page has, which is written anew by each run.
PAGE = ("index.html", "recordings.js")


class Problem(t.NamedTuple):
    """A file that is not as it was archived. `recording_sid` is None for one that belongs to no recording."""

    file: str
    problem: str
    recording_sid: str | None
    msg: str


class Examination:
    """`bytes` counts what has been read."""

    def __init__(self, files: Files, log: Log) -> None:
        self._files = files
        self._log = log
        self.bytes = 0

    def run(self, limit: int, meter: Meter) -> tuple[int, list[Problem]]:
        """Return how many files were examined, and the problems, by file. Raises OSError for what cannot be read."""
        expected = [(sid, file) for sid, kept in self._log.kept.items() if not kept.removed for file in kept.files]
        meter.listed = len(expected)
        found = [one for one in each(self._one, expected, limit, meter.tick) if one]
        found += self._extra({file.name for _sid, file in expected})
        for month in sorted(self._log.sealed):
            found += [Problem(name, problem, None, msg) for name, problem, msg in bag.problems(self._files, month)]
        return len(expected), sorted(found)

    def _one(self, one: tuple[str, File]) -> Problem | None:
        sid, file = one
        try:
            now = self._files.content(file.name)
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            return Problem(file.name, MISSING, sid, messages.MISSING.format(file.name))
        self.bytes += now.size
        if (now.size, now.sha256) == (file.size, file.sha256):
            return None
        msg = messages.ALTERED.format(file.name, now.size, now.sha256, file.size, file.sha256)
        return Problem(file.name, ALTERED, sid, msg)

    def _extra(self, expected: set[str]) -> list[Problem]:
        known = {*expected, *PAGE, _log.NAME}
        return [Problem(name, EXTRA, None, messages.EXTRA.format(name)) for name in self._names() if name not in known]

    def _names(self) -> t.Iterator[str]:
        for folder, folders, names in os.walk(self._files.folder):
            inside = os.path.relpath(folder, self._files.folder)
            if inside == ".":
                inside = ""
                folders[:] = [name for name in folders if name not in (*PRIVATE, bag.FOLDER)]
                names = [name for name in names if name not in PRIVATE]
            links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
            yield from (os.path.join(inside, name) for name in [*names, *links])
