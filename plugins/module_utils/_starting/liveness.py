# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which of the runs that share a journal are still running."""

from __future__ import annotations

import fcntl
import os


class Liveness:
    """Holds one byte of a file locked for as long as this run lasts, which other hosts see as well. Raises OSError.

    The system lets go of the lock when the process ends, however it ends. The file stays empty: its bytes are never written.
    `run` is the random hexadecimal id of this run. With `read_only`, nothing is created, and this run is not seen.
    """

    def __init__(self, path: str, run: str, read_only: bool) -> None:
        self._path = path
        self._file: int | None = None
        try:
            self._file = os.open(path, os.O_RDWR | (0 if read_only else os.O_CREAT), 0o600)
        except FileNotFoundError:
            return
        if not read_only:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _offset(run))

    def is_running(self, run: str) -> bool:
        """Return whether another run is still running. Raises OSError where that cannot be found out."""
        if self._file is None:
            return False
        if not os.path.samestat(os.fstat(self._file), os.stat(self._path)):
            raise OSError("the file was replaced")
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _offset(run))
        except (BlockingIOError, PermissionError):
            return True
        fcntl.lockf(self._file, fcntl.LOCK_UN, 1, _offset(run))
        return False

    def close(self) -> None:
        """Let this run be over."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def _offset(run: str) -> int:
    # Offsets of locks are positive 64-bit numbers.
    return int(run, 16) >> 2
