# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What users read about the results of a task."""

from __future__ import annotations

NOT_WRITTEN = (
    "The results could not be written to {} ({}), so the task returns them itself. What it did is done: read the result"
    " before you run it again."
)
MORE_WARNINGS = "{} more warnings are in the file of results."
