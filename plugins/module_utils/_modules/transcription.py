# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Deletes transcriptions: the behaviour of the module transcription."""

from __future__ import annotations

from .._client.transcriptions import Transcriptions
from .._telnyx.description.transcriptions import DELETE_TEXML_RECORDING_TRANSCRIPTION, GET_TEXML_RECORDING_TRANSCRIPTION
from . import deletion

BEHAVIOUR = deletion.behaviour(
    "recording_transcription_sid",
    (DELETE_TEXML_RECORDING_TRANSCRIPTION, GET_TEXML_RECORDING_TRANSCRIPTION),
    Transcriptions,
)
