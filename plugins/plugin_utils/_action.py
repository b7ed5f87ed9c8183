# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to this collection and can change at any time.

"""The controller's door: validates every task there, and hands it over to its module."""

from __future__ import annotations

import typing as t

from ansible.plugins.action import ActionBase
from ansible_collections.voiceops.telnyx.plugins.module_utils._task import Behaviour, CannotRun, prepare, review


class TelnyxAction(ActionBase):
    """Base of the action plugins. A subclass names its behaviour and its module."""

    BEHAVIOUR: Behaviour
    MODULE: str

    _supports_async = True
    # The connection is opened by the module, after validation.
    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        environment: dict[str, str] = {}
        self._compute_environment_string(environment)  # type: ignore[no-untyped-call]
        try:
            params, warnings = prepare(self.BEHAVIOUR, dict(self._task.args), environment)
        except CannotRun as error:
            return {**result, **error.result}
        result.update(self._run_module(params, task_vars))
        # Newer releases of ansible-core return no invocation, and the task's own text says the same.
        result.pop("invocation", None)
        if not self._task.async_val:
            warnings += review(self.BEHAVIOUR, result)
        if warnings:
            result["warnings"] = result.get("warnings", []) + warnings
        return result

    def _run_module(self, params: dict[str, t.Any], task_vars: dict[str, t.Any] | None) -> dict[str, t.Any]:
        # What runs in the background cannot be reviewed here, so the module does both checks itself.
        validated = not self._task.async_val
        return t.cast(
            "dict[str, t.Any]",
            self._execute_module(
                module_name=self.MODULE,
                module_args={**params, "_validated": validated},
                task_vars=task_vars,
                wrap_async=self._task.async_val,
            ),
        )
