# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Seals a month of an archive: examines its files, and makes a bag of them."""

from __future__ import annotations

import contextlib
import typing as t

from .._base.errors import ArchiveError
from .._base.parallel import each
from .._base.short import joined
from . import bag, messages
from . import log as _log
from .dates import month_of
from .faults import fault_of
from .log import SEALED, File, Log
from .meter import Meter

if t.TYPE_CHECKING:
    from .._task.task import Task
    from .files import Files


def sealed(params: t.Mapping[str, t.Any], files: Files, task: Task) -> dict[str, t.Any]:
    """Return the result of a task. Raises ArchiveError for what is not as it was archived, and OSError."""
    with contextlib.closing(Log(files, task.check_mode)) as log:
        return _seal(files, log, params["month"], params["max_concurrency"], task)


def _seal(files: Files, log: Log, month: str, limit: int, task: Task) -> dict[str, t.Any]:
    payload = [
        file
        for kept in log.kept.values()
        if not kept.removed and month_of(kept.started) == month
        for file in kept.files
    ]
    place = bag.place_of(month)
    result = {"changed": False, "bag": files.path(place), "month": month}
    if files.exists(place):
        _require_whole(files, month, payload, ())
        if month not in log.sealed and not task.check_mode:
            # A run was killed before it could log this.
            log.append({"action": SEALED, "month": month})
        return result
    if not payload:
        raise ArchiveError(messages.NOTHING_TO_SEAL.format(month))
    meter = Meter(task.progress, lambda: 0)
    meter.listed = len(payload)
    found = [one for one in each(lambda file: fault_of(files, file), payload, limit, meter.tick) if one]
    if found:
        raise ArchiveError(joined([one.msg for one in found], " "))
    if not task.check_mode:
        bag.make(files, month, payload, _log.NAME)
        _require_whole(files, month, payload, {file.name for file in payload})
        log.append({"action": SEALED, "month": month})
    return {**result, "changed": True}


def _require_whole(files: Files, month: str, payload: t.Sequence[File], intact: t.Container[str]) -> None:
    found = [fault.msg for _name, fault in bag.faults(files, month, intact)]
    if found:
        raise ArchiveError(joined(found, " "))
    sealed = bag.listed(files, month)
    later = [file.name for file in payload if sealed.get(file.name) != file.sha256]
    if later:
        raise ArchiveError(messages.SEALED_LATER.format(len(later), month, joined(later, ", ")))
