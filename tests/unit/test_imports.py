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


ACTION = "ansible_collections.voiceops.telnyx.plugins.action.call_recording"


def test_worker_inherits_what_the_action_plugin_needs() -> None:
    """Ansible loads it before it starts a worker, for every task and host."""
    code = (
        f"import sys; sys.path.insert(0, {str(COLLECTIONS)!r})\n"
        f"import {ACTION}\n"
        "before = set(sys.modules)\n"
        f"from {UTILS}._task import validation\nvalidation._new_validator = None\n"
        f"{PREPARE}\n{EXECUTE}\n"
        "print(*set(sys.modules) - before)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize("missing", ["requests", "urllib3", "jsonschema"])
def test_action_plugin_is_importable_without(missing: str) -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(COLLECTIONS)!r}); sys.modules[{missing!r}] = None\n"
        f"from {UTILS}._task import validation\nfrom {UTILS}._wire import transport\nimport {ACTION}\n"
        "print(bool(transport.REQUESTS_IMPORT_ERROR), bool(validation.JSONSCHEMA_IMPORT_ERROR))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.split() == [str(missing != "jsonschema"), str(missing == "jsonschema")]


def test_import_of_the_action_plugin_does_not_ask_for_proxies() -> None:
    """On macOS, only asking would use what does not survive a fork."""
    code = (
        f"import sys; sys.path.insert(0, {str(COLLECTIONS)!r})\n"
        "import os, urllib.request\n"
        "def asked(*_arguments): raise AssertionError('asked for proxies')\n"
        "for name in ('getproxies', 'getproxies_environment', 'proxy_bypass', 'proxy_bypass_environment'):\n"
        "    setattr(urllib.request, name, asked)\n"
        f"import {ACTION}"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
