# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module is private to this collection and can change at any time.

"""The way of a task, in three steps that both doors call: prepare, execute, review."""

from __future__ import annotations

import typing as t

from ansible.module_utils.basic import missing_required_lib
from ansible_collections.voiceops.telnyx.plugins.module_utils import _result, _secrets
from ansible_collections.voiceops.telnyx.plugins.module_utils._arguments import ArgumentSpec, coerce
from ansible_collections.voiceops.telnyx.plugins.module_utils._faults import Fault, InvalidArguments
from ansible_collections.voiceops.telnyx.plugins.module_utils._operation import Operation

if t.TYPE_CHECKING:
    from ansible_collections.voiceops.telnyx.plugins.module_utils._api import Api


class Behaviour(t.Protocol):
    """What is special to one module of this collection; a Python module of module_utils is one."""

    OPERATIONS: tuple[Operation, ...]
    ARGUMENT_SPEC: ArgumentSpec
    REPLIES: dict[str, dict[str, t.Any]]
    """The return values that hold replies as the API gave them, each with the JSON Schema of one."""

    def normalize(self, arguments: dict[str, t.Any]) -> dict[str, t.Any]:
        """Return the arguments in the one form that the schema describes."""

    def check(self, params: dict[str, t.Any]) -> list[Fault]:
        """Return the faults that no schema can tell."""

    def warnings(self, params: dict[str, t.Any]) -> list[str]:
        """Return what a user should know of parameters that are allowed."""

    def run(
        self,
        params: dict[str, t.Any],
        api: Api,
        check_mode: bool,
        diff: bool,
        progress: t.Callable[[str], None] | None,
    ) -> dict[str, t.Any]:
        """Do what the parameters say, and return the result of the task."""


class CannotRun(Exception):
    """A task ends before anything was sent. `result` says why."""

    def __init__(self, result: dict[str, t.Any]) -> None:
        super().__init__(result["msg"])
        self.result = result


def prepare(
    behaviour: Behaviour, arguments: dict[str, t.Any], environment: t.Mapping[str, str]
) -> tuple[dict[str, t.Any], list[str]]:
    """Return the parameters of a task that may be executed, and warnings. Needs jsonschema. Raises CannotRun."""
    from ansible_collections.voiceops.telnyx.plugins.module_utils import _validation

    _require("jsonschema", _validation.JSONSCHEMA_IMPORT_ERROR)
    params, faults = coerce(behaviour.ARGUMENT_SPEC, behaviour.normalize(arguments), environment)
    faults += _validation.check_arguments(behaviour.OPERATIONS, behaviour.ARGUMENT_SPEC, params)
    faults += behaviour.check(params)
    if faults:
        raise CannotRun(_masked(_result.of_invalid_arguments(InvalidArguments(faults)), params))
    return params, behaviour.warnings(params)


def execute(
    behaviour: Behaviour,
    params: dict[str, t.Any],
    check_mode: bool,
    diff: bool,
    progress: t.Callable[[str], None] | None = None,
) -> dict[str, t.Any]:
    """Do what prepared parameters say, and return the result of the task. Needs requests. Raises CannotRun."""
    from ansible_collections.voiceops.telnyx.plugins.module_utils import _api, _transport

    _require("requests", _transport.REQUESTS_IMPORT_ERROR)
    try:
        api = _api.Api(_transport.connect(params), params["rate_limit_timeout"], read_only=check_mode)
    except InvalidArguments as error:
        raise CannotRun(_masked(_result.of_invalid_arguments(error), params)) from error
    try:
        return _masked(behaviour.run(params, api, check_mode, diff, progress), params)
    except InvalidArguments as error:
        raise CannotRun(_masked(_result.of_invalid_arguments(error), params)) from error
    finally:
        # Threads outlive a task that was interrupted.
        api.stop()


def review(behaviour: Behaviour, result: dict[str, t.Any]) -> list[str]:
    """Return what differs in the replies of a result from the API's description, each once. Needs jsonschema."""
    from ansible_collections.voiceops.telnyx.plugins.module_utils import _validation

    warnings = []
    for name, schema in behaviour.REPLIES.items():
        recordings = result.get(name, [])
        differences = dict.fromkeys(_validation.check_replies(schema, recordings))
        warnings += [f"The recording is running, but the reply is not as described: {one}." for one in differences]
        if any("sid" not in recording for recording in recordings):
            warnings.append("The recording is running, but the reply does not name it: sid is missing.")
    return warnings


def _require(library: str, import_error: str | None) -> None:
    if import_error is not None:
        raise CannotRun({"failed": True, "msg": missing_required_lib(library), "exception": import_error})


def _masked(result: dict[str, t.Any], params: dict[str, t.Any]) -> dict[str, t.Any]:
    return t.cast("dict[str, t.Any]", _secrets.hide(result, params.get("api_key", "")))
