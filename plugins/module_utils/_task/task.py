# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The life cycle of a task, in three steps that both entry points call: prepare, execute, review."""

from __future__ import annotations

import contextlib
import typing as t
from types import MappingProxyType

from ansible.module_utils.basic import missing_required_lib

from .._base import redaction as _secrets
from .._base.errors import InvalidArguments
from .._base.faults import Fault
from .._base.short import PARTS
from .._telnyx.operation import Operation
from . import results as _result
from .arguments import coerce
from .options import ArgumentSpec, Options

if t.TYPE_CHECKING:
    from ansible.module_utils.basic import AnsibleModule

    from .._client.client import Client


# With the parameters, the schemas of the lists that hold replies, and whether it is check mode.
OpenFile = t.Callable[
    [t.Dict[str, t.Any], t.Mapping[str, t.Dict[str, t.Any]], bool], t.ContextManager[t.Optional[_result.Lists]]
]


class Task(t.NamedTuple):
    """The keywords of a task, and what its entry point offers."""

    check_mode: bool = False
    diff: bool = False
    progress: t.Callable[[str], None] | None = None
    """Shows a line while the task runs. Only the controller can."""
    module: AnsibleModule | None = None
    """Ansible's own ways with files. Only a module has them."""
    file: _result.Lists | None = None
    """Takes the lists of the result, if they are to be in a file. Those that a behaviour returns go there as well."""


class Behaviour(t.NamedTuple):
    """What one module of this collection does."""

    operations: tuple[Operation, ...]
    options: Options
    run: t.Callable[[dict[str, t.Any], Client, Task], dict[str, t.Any]]
    """Returns the result of a task with these parameters."""
    replies: t.Mapping[str, dict[str, t.Any]] = MappingProxyType({})
    """The return values that hold replies as the API gave them, each with the JSON Schema of one."""
    normalize: t.Callable[[dict[str, t.Any]], dict[str, t.Any]] = lambda arguments: arguments
    """Returns the arguments in one spelling."""
    check: t.Callable[[dict[str, t.Any]], list[Fault]] = lambda _params: []
    """Returns the faults that no schema can express."""
    warnings: t.Callable[[dict[str, t.Any]], list[str]] = lambda _params: []
    """Returns what is allowed but unwise."""
    ahead: t.Callable[[dict[str, t.Any], Client, Task], dict[str, t.Any]] | None = None
    """Does on the controller what does not need the module, where only a module can do the rest; returns its parameters."""
    results_file: OpenFile | None = None
    """Gives what takes the lists of the result, for the option results_path."""

    @property
    def argument_spec(self) -> ArgumentSpec:
        """The options as Ansible takes them."""
        return {name: option.spec for name, option in self.options.items()}


class CannotRun(Exception):
    """A task ends before anything was sent. `result` has the reason."""

    def __init__(self, result: dict[str, t.Any]) -> None:
        super().__init__(result["msg"])
        self.result = result


def prepare(
    behaviour: Behaviour, arguments: dict[str, t.Any], environment: t.Mapping[str, str]
) -> tuple[dict[str, t.Any], list[str]]:
    """Return the parameters of a task that may be executed, and warnings. Needs jsonschema. Raises CannotRun."""
    from . import validation as _validation

    _require("jsonschema", _validation.JSONSCHEMA_IMPORT_ERROR)
    params, faults = coerce(behaviour.argument_spec, behaviour.normalize(arguments), environment)
    faults += _validation.check_arguments(behaviour.operations, behaviour.options, params)
    faults += behaviour.check(params)
    if faults:
        raise _cannot_run(InvalidArguments(faults), params)
    return params, behaviour.warnings(params)


def go_ahead(behaviour: Behaviour, params: dict[str, t.Any], task: Task) -> dict[str, t.Any]:
    """Do on the controller what a module need not, and return the module's parameters. Raises CannotRun."""
    if behaviour.ahead is None:
        return params
    with _client(params, task) as client:
        return behaviour.ahead(params, client, task)


def execute(behaviour: Behaviour, params: dict[str, t.Any], task: Task) -> dict[str, t.Any]:
    """Run a task with prepared parameters, and return the result of the task. Needs requests. Raises CannotRun."""
    open_file = behaviour.results_file or (lambda *_given: contextlib.nullcontext())
    with _client(params, task) as client, open_file(params, behaviour.replies, task.check_mode) as file:
        result = behaviour.run(params, client, task._replace(file=file))
        return file.result(result) if file else _masked(result, params)


@contextlib.contextmanager
def _client(params: dict[str, t.Any], task: Task) -> t.Iterator[Client]:
    """Give the client of a task. Raises CannotRun, for arguments that turn out to be invalid as well."""
    from .._client.client import Client
    from .._wire import transport
    from .._wire.connection import connection_of

    _require("requests", transport.REQUESTS_IMPORT_ERROR)
    connection = connection_of(params)
    client = None
    try:
        connected = transport.connect(connection)
        client = Client(connected, connection, params["rate_limit_timeout"], read_only=task.check_mode)
        yield client
    except InvalidArguments as error:
        raise _cannot_run(error, params) from error
    finally:
        # Threads outlive a task that was interrupted.
        if client:
            client.stop()


def review(behaviour: Behaviour, result: dict[str, t.Any]) -> list[str]:
    """Return what differs in the replies of a result from the API's description, each once. Needs jsonschema."""
    from . import validation as _validation

    warnings = []
    # Of those that are in a file, there are only some.
    some = result.pop(_result.REPLIES, {})
    for name, schema in behaviour.replies.items():
        recordings = some.get(name, result.get(name, []))
        differences = list(dict.fromkeys(_validation.check_replies(schema, recordings)))
        warnings += [
            f"The recording is running, but the reply is not as described: {one}." for one in differences[:PARTS]
        ]
        if len(differences) > PARTS:
            warnings.append(f"{len(differences) - PARTS} more differences like these.")
        if any("sid" not in recording for recording in recordings):
            warnings.append("The recording is running, but the reply does not name it: sid is missing.")
    return warnings


def _require(library: str, import_error: str | None) -> None:
    if import_error is not None:
        raise CannotRun({"failed": True, "msg": missing_required_lib(library), "exception": import_error})


def _cannot_run(error: InvalidArguments, params: dict[str, t.Any]) -> CannotRun:
    return CannotRun(_masked(_result.of_invalid_arguments(error, params.get("api_key", "")), params))


def _masked(result: dict[str, t.Any], params: dict[str, t.Any]) -> dict[str, t.Any]:
    return t.cast("dict[str, t.Any]", _secrets.hide(result, params.get("api_key", "")))
