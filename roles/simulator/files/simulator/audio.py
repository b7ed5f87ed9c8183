# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sound of a recording: a quiet tone for each second, as a WAV."""

from __future__ import annotations

import array
import functools
import io
import math
import random
import sys
import wave

RATE = 8000
# A sixteenth of the loudest that there is.
LOUDNESS = 2048
# Hz. Each fits whole waves into a second, so that nothing clicks where two meet.
PITCHES = (220, 247, 262, 294, 330, 349, 392, 440)


@functools.lru_cache(maxsize=8)
def wav(sid: str, seconds: int, channels: int) -> bytes:
    """Return a WAV of 16 bits and 8,000 Hz, the same each time for the same recording.

    Each recording has a tune of its own, so that what is put together from wrong parts is not the same.
    """
    tune = random.Random(sid)  # noqa: S311 - reproducible on purpose
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(b"".join(_second(*tune.choices(PITCHES, k=channels)) for _number in range(seconds)))
    return file.getvalue()


@functools.lru_cache
def _second(*pitches: int) -> bytes:
    """Return the samples of one second, the channels in turn."""
    samples = array.array(
        "h",
        (round(LOUDNESS * math.sin(2 * math.pi * pitch * frame / RATE)) for frame in range(RATE) for pitch in pitches),
    )
    # The samples of a WAV are little-endian on every machine.
    if sys.byteorder == "big":
        samples.byteswap()
    return samples.tobytes()
