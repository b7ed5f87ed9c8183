# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this package is private to this collection and can change at any time.

"""What users read about connections."""

from __future__ import annotations

UNBUILDABLE = "The request could not be made ({})"
NO_REPLY = "{} did not reply within {} seconds"
BROKEN = "The connection to {} broke before a reply came ({})"
UNRESOLVED = "The name of {} could not be resolved ({})"
NO_TLS = "No TLS connection to {} could be made ({})"
TOO_SLOW = "No connection to {} was made within {} seconds"
UNCONNECTED = "No connection to {} could be made ({})"
THROUGH_PROXY = "{} (through the proxy of the environment)"
PROXY = "the proxy of the environment"
MEDIA_BROKEN = "The connection to {} broke ({})"
MEDIA_LINK = "The link to the audio is not an https URL"
