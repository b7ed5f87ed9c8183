# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keeps recordings without Ansible: `keep.py STATE BASE_URL DEST DETAILS FILE`. The seconds go into the file."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, os.environ["ANSIBLE_COLLECTIONS_PATH"])

from ansible_collections.voiceops.telnyx.plugins.module_utils._client import client
from ansible_collections.voiceops.telnyx.plugins.module_utils._modules.recording_archive import BEHAVIOUR
from ansible_collections.voiceops.telnyx.plugins.module_utils._task import task

# Imported before the time is taken, as Ansible does.
IMPORTED = client

if __name__ == "__main__":
    state, base_url, dest, details, file = sys.argv[1:]
    options: dict[str, Any] = {"state": state, "dest": dest, "details": details == "details", "base_url": base_url}
    params, _warnings = task.prepare(BEHAVIOUR, {**options, "api_key": "KEY0123456789", "account_sid": "a"}, {})
    started = time.perf_counter()
    result = task.execute(BEHAVIOUR, params, task.Task())
    seconds = time.perf_counter() - started
    if result.get("failed"):
        sys.exit(result["msg"])
    Path(file).write_text(str(seconds), encoding="utf-8")
