# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files for what is not whole yet, beside the files that it becomes."""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import functools
import glob
import os
import stat
import tempfile
import typing as t

_PREFIX = ".voiceops.telnyx."


@contextlib.contextmanager
def scratch(folder: str) -> t.Iterator[t.Any]:
    """Give a file in a folder, for nobody else to read, which is gone afterwards unless it was moved.

    It is locked as long as its task lives, so that sweep() leaves it alone.
    """
    with _locked(folder) as file:
        gone = functools.partial(_remove, file.name)
        # A task that is interrupted does not wait for its threads.
        atexit.register(gone)
        try:
            yield file
        finally:
            gone()
            atexit.unregister(gone)


def sweep(folder: str) -> None:
    """Remove what tasks that were killed have left in a folder: what nobody has locked."""
    for path in glob.glob(os.path.join(glob.escape(folder), f"{_PREFIX}*")):
        # One of somebody else may not be ours to remove.
        with contextlib.suppress(OSError):
            file = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK)
            try:
                if stat.S_ISREG(os.fstat(file).st_mode):
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    os.unlink(path)
            finally:
                os.close(file)


def _locked(folder: str) -> t.Any:
    while True:
        file = tempfile.NamedTemporaryFile(dir=folder, prefix=_PREFIX, delete=False)  # noqa: SIM115 - it outlives this
        # Where a file system has no locks, sweep() gets none either.
        with contextlib.suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX)
        # Another task may have swept it before it was locked.
        if os.path.exists(file.name):
            return file
        file.close()


def _remove(path: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)
