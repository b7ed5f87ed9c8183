# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later


from __future__ import annotations

from ansible_collections.voiceops.telnyx.plugins.module_utils._modules import recording_archive as _recording_archive
from ansible_collections.voiceops.telnyx.plugins.plugin_utils._action import TelnyxAction


class ActionModule(TelnyxAction):
    """Keeps recordings."""

    BEHAVIOUR = _recording_archive.BEHAVIOUR
    MODULE = "voiceops.telnyx.recording_archive"
