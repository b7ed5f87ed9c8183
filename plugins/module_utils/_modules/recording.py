# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Deletes recordings: the behaviour of the module recording."""

from __future__ import annotations

from .._telnyx.description.recordings import DELETE_TEXML_CALL_RECORDING, GET_TEXML_CALL_RECORDING
from . import deletion

BEHAVIOUR = deletion.behaviour(
    "recording_sid", (DELETE_TEXML_CALL_RECORDING, GET_TEXML_CALL_RECORDING), lambda client: client.recordings
)
