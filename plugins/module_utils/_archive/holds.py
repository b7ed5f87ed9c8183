# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Recordings that nothing may delete: the option `hold`."""

from __future__ import annotations

import os
import typing as t

from .._base.errors import ArchiveError
from . import messages


class Holds:
    """SIDs of recordings and calls, and absolute paths of files that have one a line. Raises ArchiveError for a file."""

    def __init__(self, entries: t.Sequence[str]) -> None:
        self._sids = {one for one in entries if not os.path.isabs(one)}
        self._paths = [one for one in entries if os.path.isabs(one)]
        self._read: dict[str, tuple[tuple[int, int, int], set[str]]] = {}

    def has(self, *sids: t.Any) -> bool:
        """Return whether one of the SIDs is on hold now: somebody may change a file while the task runs."""
        held = self._sids.union(*map(self._of_file, self._paths)) if self._paths else self._sids
        # A reply may have anything in place of a SID.
        return any(isinstance(sid, str) and sid in held for sid in sids)

    def _of_file(self, path: str) -> set[str]:
        try:
            found = os.stat(path)
            version = (found.st_mtime_ns, found.st_size, found.st_ino)
            if path not in self._read or self._read[path][0] != version:
                with open(path, encoding="utf-8") as file:
                    lines = [line.partition("#")[0].strip() for line in file]
                self._read[path] = version, {line for line in lines if line}
            return self._read[path][1]
        except (OSError, ValueError) as error:
            raise ArchiveError(messages.HOLD.format(path, error)) from error
