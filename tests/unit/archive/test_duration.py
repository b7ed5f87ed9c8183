# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long audio is, beside what mutagen finds."""

from __future__ import annotations

import io
import wave

import pytest
from ansible_collections.voiceops.telnyx.plugins.module_utils._archive.duration import seconds_of
from mutagen.mp3 import MP3

# MPEG 1 layer III, 128 and 64 kbit/s at 44,100 Hz; MPEG 2 layer III, 32 kbit/s at 16,000 Hz.
FAST, SLOW, NARROW = b"\xff\xfb\x90\x00", b"\xff\xfb\x50\x00", b"\xff\xf3\x48\x00"
SIZES = {FAST: 417, SLOW: 208, NARROW: 144}


def frames(header: bytes, count: int) -> bytes:
    return header.ljust(SIZES[header], b"\0") * count


def tagged(data: bytes) -> bytes:
    return b"ID3\x04\x00\x00\x00\x00\x01\x00" + b"\0" * 128 + data


def told(header: bytes, count: int) -> bytes:
    """Return a file whose first frame says how many there are."""
    head = header + b"\0" * 32 + b"Xing" + (1).to_bytes(4, "big") + count.to_bytes(4, "big")
    return head.ljust(SIZES[header], b"\0") + frames(header, count)


@pytest.mark.parametrize(
    "data",
    [frames(FAST, 100), frames(NARROW, 500), tagged(frames(FAST, 77)), told(FAST, 300)],
    ids=["128k", "mpeg-2", "with a tag", "Xing"],
)
def test_mp3(data: bytes) -> None:
    assert seconds_of(io.BytesIO(data)) == pytest.approx(MP3(io.BytesIO(data)).info.length, abs=0.05)


def test_mp3_of_several_bit_rates() -> None:
    # A frame has 1,152 samples at any bit rate.
    assert seconds_of(io.BytesIO(frames(FAST, 100) + frames(SLOW, 300))) == pytest.approx(400 * 1152 / 44100, abs=0.001)


def test_mp3_ends_with_what_is_no_frame() -> None:
    assert seconds_of(io.BytesIO(frames(FAST, 100) + b"TAG" + b"\0" * 125)) == pytest.approx(
        100 * 1152 / 44100, abs=0.001
    )


@pytest.mark.parametrize(("rate", "channels", "width"), [(8000, 1, 1), (8000, 2, 2), (44100, 2, 2)])
def test_wav(rate: int, channels: int, width: int) -> None:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(width)
        out.setframerate(rate)
        out.writeframes(bytes(rate * channels * width * 5 // 2))
    assert seconds_of(file) == 2.5
    data = file.getvalue()
    # Another chunk in front of the audio, and a size that a stream did not know.
    assert seconds_of(io.BytesIO(data[:36] + b"LIST\x03\0\0\0abc\0" + data[36:])) == 2.5
    assert seconds_of(io.BytesIO(data[:40] + b"\xff\xff\xff\xff" + data[44:])) == 2.5
    assert seconds_of(io.BytesIO(data[: len(data) // 2])) == pytest.approx(1.25, abs=0.01)


@pytest.mark.parametrize("data", [b"", b"RIFF", b"RIFF\0\0\0\0WAVE", b"OggS" + bytes(50), b"\xff\xff\xff\xff", b"ID3"])
def test_anything_else_has_no_duration(data: bytes) -> None:
    assert seconds_of(io.BytesIO(data)) is None
