# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    # What each attribute means; a module sets its support.
    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and report what would change, without changing it.
  diff_mode:
    description: Shows in diff mode what changed, or in C(check_mode) what would change.
  idempotent:
    description: Another run with the same arguments changes nothing.
  facts:
    description: Returns C(ansible_facts), which are kept for the target host.
  platform:
    description: The operating systems on which the module runs.
    platforms: posix
  action_group:
    description: Use C(group/voiceops.telnyx.telnyx) in C(module_defaults) to set options for every module of this
      collection.
    support: full
    membership:
      - voiceops.telnyx.telnyx
"""
