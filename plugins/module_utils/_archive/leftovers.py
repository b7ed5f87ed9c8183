# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What tasks that were killed, or that failed, have left in an archive."""

from __future__ import annotations

import os
import typing as t

from . import bag
from .files import PARTS, PRIVATE, part_of
from .sidecar import SUFFIX, of_bytes

if t.TYPE_CHECKING:
    from .files import Files
    from .log import Log


def sweep(files: Files, log: Log) -> None:
    """Remove the parts, but for audio that has a sidecar, and is not in its place: that is whole. Raises OSError.

    The next run moves it there. The API may no longer have it.
    """
    parts = files.parts()
    if parts:
        described = set(_described(files, log))
        for part in parts:
            if part not in described:
                files.remove(part)
    if files.exists(PARTS) and not files.parts():
        os.rmdir(files.path(PARTS))


def _described(files: Files, log: Log) -> t.Iterator[str]:
    """Give the parts of the recordings that have a sidecar, in the log or yet to be there, and no audio."""
    logged = {kept.sidecar.name: (sid, kept.audio.name) for sid, kept in log.kept.items()}
    for name in files.names("", (*PRIVATE, bag.FOLDER)):
        if not name.endswith(SUFFIX):
            continue
        sid, audio = logged.get(name) or _of_sidecar(files, name)
        if sid and not files.exists(audio):
            yield part_of(sid)


def _of_sidecar(files: Files, name: str) -> tuple[str, str]:
    """Return the SID and the audio of a sidecar, and empty ones for any other file."""
    try:
        with open(files.path(name), "rb") as file:
            facts = of_bytes(file.read())
        return str(facts["recording_sid"]), os.path.join(os.path.dirname(name), facts["audio"]["file"])
    except (OSError, ValueError, KeyError, TypeError):
        return "", ""
