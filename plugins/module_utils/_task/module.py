# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The entry point of the modules: runs a behaviour on the target host."""

from __future__ import annotations

import os
import signal
import typing as t

from ansible.module_utils.basic import AnsibleModule

from .._base import redaction as _secrets
from .options import ArgumentSpec
from .task import (
    Behaviour,
    CannotRun,
    Task,
    execute,
    prepare,
    review,
)

# Set by an action plugin that has validated the arguments, and reviews the result.
VALIDATED = "VOICEOPS_TELNYX_VALIDATED"


def run(behaviour: Behaviour) -> None:
    """Run a task as a module, and exit.

    With VALIDATED in its environment, the action plugin has done the first step and does the last: a target then needs no
    jsonschema.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) == signal.SIG_DFL:
            # Python would end at once, and leave behind what is to be removed.
            signal.signal(number, _end)
    validated = bool(os.environ.pop(VALIDATED, ""))
    module = _ansible_module(behaviour.argument_spec)
    params = {name: value for name, value in module.params.items() if value is not None}
    # Older releases of ansible-core return the parameters, where a URL may have a password.
    module.params = _secrets.hide(module.params, "")
    if "results_path" in params:
        # The list of the calls is long, too.
        module.params = {name: value for name, value in module.params.items() if not isinstance(value, list)}
    warnings: list[str] = []
    try:
        if not validated:
            params, warnings = prepare(behaviour, params, os.environ)
        result = execute(behaviour, params, Task(module.check_mode, module._diff, module=module))
    except CannotRun as error:
        module.fail_json(**error.result)
    if not validated:
        warnings += review(behaviour, result)
    for warning in warnings:
        module.warn(warning)
    if result.pop("failed", False):
        module.fail_json(**result)
    module.exit_json(**result)


def _ansible_module(spec: ArgumentSpec) -> AnsibleModule:
    try:
        return AnsibleModule(argument_spec=spec, supports_check_mode=True)
    except UnicodeEncodeError:
        # It writes the arguments to the system's log, and cannot write bytes that are not UTF-8. prepare() names them.
        return AnsibleModule(argument_spec=spec, supports_check_mode=True, no_log=True)


def _end(number: int, _frame: t.Any) -> None:
    raise SystemExit(128 + number)
