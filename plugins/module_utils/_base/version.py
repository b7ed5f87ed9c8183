# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The version that the User-Agent names. galaxy.yml has the same; a module on a target cannot read that file."""

from __future__ import annotations

VERSION = "1.0.0"
