# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this package is private to this collection and can change at any time.

"""What users read about audio that cannot be downloaded."""

from __future__ import annotations

SHORT = "The media host sent {} of {} bytes"
NOT_AUDIO = "What the media host sent {}"
STATUS = "The media host answered {}"
ENCODED = "The media host sent a body that is encoded ({}), for which it was not asked"
NO_LENGTH = "The media host announced no length, so a truncated body could not be detected"
OTHER_TYPE = "is {}, and not audio"
TRUNCATED = "is cut off: its header announces {} bytes, {} came"
OTHER_BYTES = "({} bytes) begins neither as WAV nor as MP3"
STATE = "The recording is {}{}. {}"
NO_STATE = "in a state that the API does not report"
PENDING = "It can be downloaded once it is complete: set wait, or a longer wait_timeout."
NEVER = "It has no audio that could be downloaded."
NO_FILE = "{}. No file was written."
UNWRITABLE = "The file could not be written, or not as it should be ({})."
