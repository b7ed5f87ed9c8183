# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    # What each attribute means; a module says which of them it has.
    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and say what would change, without changing it.
  diff_mode:
    description: Says in diff mode what has changed, or would change in C(check_mode).
  idempotent:
    description: A second run with the same arguments changes nothing.
  facts:
    description: Returns C(ansible_facts), which are kept for the host of the task.
  platform:
    description: The operating systems on which the task can run.
    platforms: posix
  action_group:
    description: Use C(group/voiceops.telnyx.telnyx) in C(module_defaults) to set options for every module of this
      collection.
    support: full
    membership:
      - voiceops.telnyx.telnyx
"""
