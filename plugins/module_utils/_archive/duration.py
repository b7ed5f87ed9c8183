# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long audio is, as its own bytes say: WAV and MP3, which the API has."""

from __future__ import annotations

import io
import typing as t

# Kilobits a second of an MP3 by version 1 or not, layer III (ISO/IEC 11172-3, 2.4.2.3; ISO/IEC 13818-3, 2.4.2.3).
_BIT_RATES = {
    True: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    False: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
# Hz, by the two bits of the version: 2.5, 2 and 1.
_SAMPLE_RATES = {0: (11025, 12000, 8000), 2: (22050, 24000, 16000), 3: (44100, 48000, 32000)}


class _Frame(t.NamedTuple):
    size: int
    samples: int
    rate: int


def seconds_of(file: t.BinaryIO) -> float | None:
    """Return the duration of the audio in a file, to the millisecond, or None for what is neither WAV nor MP3."""
    file.seek(0, io.SEEK_END)
    end = file.tell()
    file.seek(0)
    head = file.read(12)
    is_wav = head[:4] == b"RIFF" and head[8:] == b"WAVE"
    found = _of_wav(file, end) if is_wav else _of_mp3(file, end, _after_tag(head))
    return None if found is None else round(found, 3)


def _of_wav(file: t.BinaryIO, end: int) -> float | None:
    rate = 0
    while True:
        chunk = file.read(8)
        if len(chunk) < 8:
            return None
        size = int.from_bytes(chunk[4:], "little")
        if chunk[:4] == b"fmt ":
            # Bytes a second.
            rate = int.from_bytes(file.read(size)[8:12], "little")
        elif chunk[:4] == b"data":
            # One that was written as a stream may announce any size.
            return min(size, end - file.tell()) / rate if rate else None
        else:
            file.seek(size, io.SEEK_CUR)
        # Chunks begin at even places.
        file.seek(size & 1, io.SEEK_CUR)


def _after_tag(head: bytes) -> int:
    """Return where the frames begin: after an ID3 tag, whose size has 7 bits a byte."""
    if head[:3] != b"ID3":
        return 0
    size = 0
    for byte in head[6:10]:
        size = size << 7 | byte & 0x7F
    return 10 + size


def _of_mp3(file: t.BinaryIO, end: int, at: int) -> float | None:
    file.seek(at)
    frame = _frame(file.read(4))
    if frame is None:
        return None
    file.seek(at)
    told = _told(file.read(frame.size), frame)
    return told if told is not None else _walked(file, end, at)


def _told(first: bytes, frame: _Frame) -> float | None:
    """Return what the first frame says of all of them, if an encoder wrote that (Xing, Info)."""
    for name in (b"Xing", b"Info"):
        at = first.find(name, 4, 48)
        if at > 0 and first[at + 7 : at + 8] and first[at + 7] & 1:
            frames = int.from_bytes(first[at + 8 : at + 12], "big")
            return frames * frame.samples / frame.rate
    return None


def _walked(file: t.BinaryIO, end: int, at: int) -> float | None:
    """Return the sum of all frames: only so is it exact for any bit rate."""
    samples, rate = 0, 1
    headers: dict[bytes, _Frame | None] = {}
    while at + 4 <= end:
        file.seek(at)
        header = file.read(4)
        if header not in headers:
            headers[header] = _frame(header)
        frame = headers[header]
        if frame is None:
            # A tag at the end, or damage. What comes after it is not counted.
            break
        at += frame.size
        samples += frame.samples
        rate = frame.rate
    return samples / rate if samples else None


def _frame(header: bytes) -> _Frame | None:
    """Return what a frame of MPEG audio, layer III, says in its first four bytes."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE6 != 0xE2:
        return None
    version, bits, speed = header[1] >> 3 & 3, header[2] >> 4, header[2] >> 2 & 3
    if version == 1 or bits in (0, 15) or speed == 3:
        return None
    rate = _SAMPLE_RATES[version][speed]
    samples = 1152 if version == 3 else 576
    size = samples // 8 * 1000 * _BIT_RATES[version == 3][bits] // rate + (header[2] >> 1 & 1)
    return _Frame(size, samples, rate)
