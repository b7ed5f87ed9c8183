# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Start-up is most of the time of one call: nothing is imported that a step does not use."""

from __future__ import annotations

import subprocess
import sys

import pytest
from support.runs import COLLECTIONS

UTILS = "ansible_collections.voiceops.telnyx.plugins.module_utils"
GIVEN = {"api_key": "KEY", "account_sid": "a", "call_sid": ["v3:a"], "base_url": "http://127.0.0.1:9/v2"}
PREPARE = f"from {UTILS}._modules import call_recording; from {UTILS}._task import task; task.prepare(call_recording.BEHAVIOUR, {GIVEN}, {{}})"
EXECUTE = (
    f"from {UTILS}._modules import call_recording; from {UTILS}._task import arguments, task;"
    f" params, _faults = arguments.coerce(call_recording.BEHAVIOUR.argument_spec, {GIVEN}, {{}});"
    " task.execute(call_recording.BEHAVIOUR, {**params, 'rate_limit_timeout': 0}, task.Task())"
)


@pytest.mark.parametrize(
    ("step", "used", "unused"),
    [
        (PREPARE, ["jsonschema"], ["requests", "urllib3"]),
        (EXECUTE, ["requests"], ["jsonschema", "yaml"]),
        (f"from {UTILS}._modules import call_recording", [], ["requests", "urllib3", "jsonschema"]),
    ],
)
def test_imports(step: str, used: list[str], unused: list[str]) -> None:
    code = f"import sys; sys.path.insert(0, {str(COLLECTIONS)!r})\n{step}\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    modules = set(done.stdout.split())
    assert set(used) <= modules
    assert not set(unused) & modules
