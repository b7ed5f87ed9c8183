# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether bytes are the audio of a recording."""

from __future__ import annotations

import posixpath
import re
import typing as t
from urllib.parse import urlsplit

from . import messages

# As many bytes as fault_of() reads.
HEAD_BYTES = 12
# A WAV that was written as a stream may lack its size.
_OPEN_SIZES = (0, 0xFFFFFFFF)
_ANY_BYTES = ("application/octet-stream", "binary/octet-stream", "")
_SUFFIX = re.compile(r"\.[a-z0-9]{1,5}", re.ASCII)


def suffix_of(link: t.Any) -> str:
    """Return the suffix of a recording's link, such as .wav, or nothing."""
    path = urlsplit(link).path if isinstance(link, str) else ""
    suffix = posixpath.splitext(path)[1].lower()
    return suffix if _SUFFIX.fullmatch(suffix) else ""


def fault_of(head: bytes, size: int, content_type: str) -> str:
    """Return why a body is not the whole audio of a recording, or nothing. `head` is how it begins, `size` its bytes."""
    media_type = content_type.split(";")[0].strip().lower()
    if not media_type.startswith("audio/") and media_type not in _ANY_BYTES:
        return messages.OTHER_TYPE.format(media_type)
    is_wav = head[:4] == b"RIFF" and head[8:12] == b"WAVE"
    is_mp3 = head[:3] == b"ID3" or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0)
    if is_wav:
        # The size in the header is that of what follows it.
        declared = int.from_bytes(head[4:8], "little")
        if declared not in _OPEN_SIZES and declared + 8 > size:
            return messages.TRUNCATED.format(declared + 8, size)
        return ""
    # Other types are recognized by their name only.
    named = media_type.startswith("audio/") and not media_type.endswith(("wav", "wave", "mpeg", "mp3"))
    if is_mp3 or (named and size):
        return ""
    return messages.OTHER_BYTES.format(size)
