# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to this collection and can change at any time.

"""The entry point of tasks on the controller: validates, then runs in its own process or passes the task to the module."""

from __future__ import annotations

import typing as t

from ansible.module_utils.common.text.converters import to_text
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase

# Ansible loads an action plugin before it starts a worker for each task and host. What is imported and made here, every
# worker has; most of the time of a task would go into importing requests and jsonschema again.
from ansible_collections.voiceops.telnyx.plugins.module_utils._client import client
from ansible_collections.voiceops.telnyx.plugins.module_utils._task import validation
from ansible_collections.voiceops.telnyx.plugins.module_utils._task.arguments import variables_of
from ansible_collections.voiceops.telnyx.plugins.module_utils._task.module import VALIDATED
from ansible_collections.voiceops.telnyx.plugins.module_utils._task.task import (
    Behaviour,
    CannotRun,
    Task,
    execute,
    go_ahead,
    prepare,
    review,
)
from ansible_collections.voiceops.telnyx.plugins.module_utils._wire import transport

_IMPORTED = (client, transport)

# A variable; false makes every task run as a module.
IN_PROCESS = "voiceops_telnyx_in_process"


class TelnyxAction(ActionBase):
    """Base of the action plugins. A subclass names its behaviour and its module."""

    BEHAVIOUR: Behaviour
    MODULE: str

    def __init_subclass__(cls) -> None:
        validation.make_ready(cls.BEHAVIOUR.operations, cls.BEHAVIOUR.options, cls.BEHAVIOUR.replies.values())

    _supports_async = True
    # The connection is opened by the module, after validation.
    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        variables = task_vars or {}
        environment: dict[str, str] = {}
        super()._compute_environment_string(environment)  # type: ignore[no-untyped-call]
        # Up to ansible-core 2.18 a value with the tag !vault is an object that only looks like a text.
        arguments = {
            name: to_text(value) if getattr(value, "__ENCRYPTED__", False) else value
            for name, value in self._task.args.items()
        }
        try:
            params, warnings = prepare(self.BEHAVIOUR, arguments, environment)
            result.update(self._run(params, arguments, variables, self._stays_here(environment, variables)))
        except CannotRun as error:
            return {**result, **error.result}
        if not self._task.async_val:
            warnings += review(self.BEHAVIOUR, result)
        if warnings:
            result["warnings"] = result.get("warnings", []) + warnings
        return result

    def _run(
        self, params: dict[str, t.Any], arguments: dict[str, t.Any], variables: dict[str, t.Any], here: bool
    ) -> dict[str, t.Any]:
        task = Task(self._task.check_mode, self._task.diff, self._progress)
        if here and self.BEHAVIOUR.ahead is None:
            return execute(self.BEHAVIOUR, params, task)
        if here:
            params = go_ahead(self.BEHAVIOUR, params, task)
        return self._run_module({**params, **self._paths(arguments)}, variables)

    def _compute_environment_string(self, raw_environment_out: dict[str, str] | None = None) -> str:
        """Leave out what has been read here: ansible-core prints the environment of a module, the key included."""
        environment: dict[str, str] = {}
        super()._compute_environment_string(environment)  # type: ignore[no-untyped-call]
        kept = {
            name: value for name, value in environment.items() if name not in variables_of(self.BEHAVIOUR.argument_spec)
        }
        if not self._task.async_val:
            # What runs in the background cannot be reviewed here, so the module does both steps itself.
            kept[VALIDATED] = "1"
        if raw_environment_out is not None:
            raw_environment_out.clear()
            raw_environment_out.update(kept)
        return str(self._connection._shell.env_prefix(**kept))

    def _stays_here(self, environment: dict[str, str], variables: dict[str, t.Any]) -> bool:
        """Return whether a module would run in this same environment, which starting one would only slow down."""
        return (
            self._connection.transport == "local"
            and self._connection.become is None
            and not self._task.async_val
            and not environment
            and boolean(self._templar.template(variables.get(IN_PROCESS, True)))
        )

    def _progress(self, line: str) -> None:
        self._display.display(f"{self.MODULE}: {line}")

    def _paths(self, arguments: dict[str, t.Any]) -> dict[str, t.Any]:
        """Return the paths of a task as they were given: ~ is expanded by its host."""
        spec = self.BEHAVIOUR.argument_spec
        return {
            name: arguments[name] for name in spec if spec[name]["type"] == "path" and arguments.get(name) is not None
        }

    def _run_module(self, params: dict[str, t.Any], variables: dict[str, t.Any]) -> dict[str, t.Any]:
        result: dict[str, t.Any] = self._execute_module(
            module_name=self.MODULE,
            module_args=params,
            task_vars=variables,
            wrap_async=self._task.async_val,
        )
        # Newer releases of ansible-core return no invocation, and the task's own text has the same.
        result.pop("invocation", None)
        return result
