# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads a whole archive again, and reports what is not as it was written: `state: verified`."""

from __future__ import annotations

import threading
import typing as t

from .._base.parallel import each
from . import bag, messages
from . import log as _log
from .faults import EXTRA, fault_of
from .files import PRIVATE
from .page import DATA, INDEX

if t.TYPE_CHECKING:
    from .files import Files
    from .log import File, Log
    from .meter import Meter


class Problem(t.NamedTuple):
    """A file that is not as it was archived. `recording_sid` is None for one that belongs to no recording."""

    file: str
    problem: str
    recording_sid: str | None
    msg: str


class Examination:
    """`files` is how many files there should be, `bytes` what has been read of them."""

    def __init__(self, files: Files, log: Log) -> None:
        self._files = files
        self._log = log
        self._expected = [(sid, file) for sid, kept in log.kept.items() if not kept.removed for file in kept.files]
        self._lock = threading.Lock()
        self.files = len(self._expected)
        self.bytes = 0

    def run(self, limit: int, meter: Meter) -> list[Problem]:
        """Return the problems, by file. Raises OSError for what cannot be read."""
        meter.listed = self.files
        found = [one for one in each(self._one, self._expected, limit, meter.tick) if one]
        names = {file.name for _sid, file in self._expected}
        intact = names.difference(one.file for one in found)
        found += self._extra(names)
        for month in sorted(self._log.sealed):
            found += [
                Problem(name, fault.problem, None, fault.msg) for name, fault in bag.faults(self._files, month, intact)
            ]
        return sorted(found)

    def _one(self, one: tuple[str, File]) -> Problem | None:
        sid, file = one
        fault = fault_of(self._files, file)
        with self._lock:
            self.bytes += file.size
        return fault and Problem(file.name, fault.problem, sid, fault.msg)

    def _extra(self, expected: set[str]) -> list[Problem]:
        known = {*expected, INDEX, DATA, _log.NAME}
        found = self._files.names("", (*PRIVATE, bag.FOLDER))
        return [Problem(name, EXTRA, None, messages.EXTRA.format(name)) for name in found if name not in known]
