# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.voiceops.telnyx.plugins.module_utils._download.audio import fault_of


def wav(declared: int) -> bytes:
    return b"RIFF" + declared.to_bytes(4, "little") + b"WAVE"


@pytest.mark.parametrize(
    ("head", "size", "content_type"),
    [
        (wav(92), 100, "audio/wav"),
        (wav(92), 100, "Audio/X-WAV; rate=8000"),
        (wav(92), 101, "binary/octet-stream"),
        # Written as it came, by a server that did not know how much would come.
        (wav(0), 100, "audio/wav"),
        (wav(0xFFFFFFFF), 100, ""),
        (b"ID3\x04", 100, "audio/mpeg"),
        (b"\xff\xfb\x90\x00", 100, "application/octet-stream"),
        (b"OggS", 100, "audio/ogg"),
    ],
)
def test_audio(head: bytes, size: int, content_type: str) -> None:
    assert fault_of(head, size, content_type) == ""


@pytest.mark.parametrize(
    ("head", "size", "content_type", "said"),
    [
        (wav(93), 100, "audio/wav", "is cut off: its header announces 101 bytes, 100 came"),
        (b"<!DOCTYPE ht", 100, "text/html; charset=utf-8", "is text/html, and not audio"),
        (wav(92), 100, "application/json", "is application/json, and not audio"),
        (b"<?xml", 100, "audio/wav", "(100 bytes) begins neither as WAV nor as MP3"),
        (b"RIFF", 4, "audio/wav", "(4 bytes) begins neither as WAV"),
        (b"RIFF\x00\x00\x00\x00AVI ", 100, "", "begins neither as WAV"),
        (b"\xff", 1, "audio/mpeg", "begins neither as WAV"),
        (b"", 0, "audio/ogg", "(0 bytes) begins"),
    ],
)
def test_no_audio(head: bytes, size: int, content_type: str, said: str) -> None:
    assert said in fault_of(head, size, content_type)
