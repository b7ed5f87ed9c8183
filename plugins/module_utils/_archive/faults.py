# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a file of an archive is as it was written: it is read from the disk."""

from __future__ import annotations

import typing as t

from . import messages

if t.TYPE_CHECKING:
    from .files import Files
    from .log import File

MISSING = "missing"
ALTERED = "altered"
EXTRA = "extra"
PROBLEMS = (MISSING, ALTERED, EXTRA)


class Fault(t.NamedTuple):
    """What is wrong with a file: one of PROBLEMS, and a sentence."""

    problem: str
    msg: str


def fault_of(files: Files, file: File) -> Fault | None:
    """Return what is wrong with a file, or None. Raises OSError for one that cannot be read."""
    try:
        now = files.content(file.name)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return Fault(MISSING, messages.MISSING.format(file.name))
    if (now.size, now.sha256) == (file.size, file.sha256):
        return None
    return Fault(ALTERED, messages.ALTERED.format(file.name, now.size, now.sha256, file.size, file.sha256))
