# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write the options of the modules into the files that pass them on or list them, between markers.

An option is declared in the behaviour of its module, and described in the module's documentation. From these two, the first
sentence of the description included, the role, the playbooks and the tables are derived.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable
from typing import Any

import yaml
from module_options import ROOT, Inconsistent, Option, connection_options, own_options

BLOCK = re.compile(
    r"(?P<begin>^(?P<indent> *)(?:#|<!--) begin generated: (?P<name>\w+)[^\n]*\n)"
    r".*?"
    r"(?P<end>^ *(?:#|<!--) end generated)",
    re.MULTILINE | re.DOTALL,
)


def arguments(some: Iterable[Option], prefix: str = "") -> list[str]:
    """Return the arguments of a task, each from the variable of its name."""
    return [f'{one.name}: "{{{{ {prefix}{one.name} | default(omit) }}}}"' for one in some]


def defaults(some: Iterable[Option], prefix: str) -> list[str]:
    """Return the defaults of a role. What the environment may set has none."""
    return _yaml({prefix + one.name: one.spec["default"] for one in some if "default" in one.spec and not one.variable})


def argument_specs(some: list[Option], prefix: str) -> list[str]:
    """Return the argument specs of a role."""
    own = "|".join(one.name for one in some)
    specs = {}
    for one in some:
        # Ansible would split a string at its commas; the module takes it for one.
        spec: dict[str, Any] = {"type": "raw" if one.spec["type"] == "list" else one.spec["type"]}
        spec.update({key: one.spec[key] for key in ("choices", "no_log") if key in one.spec})
        if one.required:
            spec["required"] = True
        elif "default" in one.spec and not one.variable:
            spec["default"] = one.spec["default"]
        sentence = re.sub(rf"\bO\((?=(?:{own})\b)", f"O({prefix}", one.sentence)
        specs[prefix + one.name] = {"description": [sentence, *_if_not_set(one)], **spec}
    return _yaml(specs)


def _if_not_set(one: Option) -> list[str]:
    if one.variable:
        last = f", and last C({one.spec['default']})" if "default" in one.spec else ""
        return [f"If it is not set, E({one.variable}) is used{last}."]
    return [f"The API's default is V({one.api_default})."] if one.api_default else []


def table(some: Iterable[Option], prefix: str = "") -> list[str]:
    """Return a table in Markdown."""
    rows = [
        f"| `{prefix}{one.name}` | {_default(one)} | {_markdown(one.sentence.rstrip('.'), prefix)}{_choices(one)} |"
        for one in some
    ]
    return [f"| {'variable' if prefix else 'option'} | default | description |", "| --- | --- | --- |", *rows]


def _default(one: Option) -> str:
    if one.required:
        return "required"
    own = f"`{_yaml(one.spec['default'])[0]}`" if "default" in one.spec else ""
    if one.variable:
        return f"from `{one.variable}`" + (f", or {own}" if own else "")
    return f"`{one.api_default}` (the API's)" if one.api_default else own


def _choices(one: Option) -> str:
    return ": " + ", ".join(f"`{choice}`" for choice in one.spec["choices"]) if "choices" in one.spec else ""


def _markdown(text: str, prefix: str) -> str:
    """Return a text with Ansible's markup as Markdown."""
    text = re.sub(r"\bO\((?:ignore:)?([^)]+)\)", rf"`{prefix}\1`", text)
    return re.sub(r"\b(?:C|E|M|P|RV|V)\(([^)#]+)(?:#\w+)?\)", r"`\1`", text)


class _Dumper(yaml.SafeDumper):
    """Indents lists, as ansible-lint wants them."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _yaml(value: Any) -> list[str]:
    text: str = yaml.dump(value, Dumper=_Dumper, sort_keys=False, width=105, allow_unicode=True)
    return text.removesuffix("...\n").splitlines()


def blocks() -> dict[str, dict[str, list[str]]]:
    """Return what is generated: of each file, the lines between its markers, by their names and in their order."""
    connection, start = connection_options(), own_options("call_recording")
    to_stop = [one for one in own_options("call_recording_status") if one.name not in ("call_sid", "status")]
    every, role = start + connection, "record_call_"
    # The playbook sets these itself, or has another default for them.
    found = [one for one in own_options("call_info") if one.name not in ("live", "results_path")]
    live = [one for one in start if one.name not in ("call_sid", "unless_recording", "results_path")]
    # All calls of a batch have the options of its first host.
    of_batch = f"hostvars[item[0]].{role}"
    return {
        "docs/reference.md": {"options": table(every)},
        "playbooks/record_call.yml": {"connection": arguments(connection), "options": arguments(start)},
        "playbooks/record_live_calls.yml": {
            "connection": arguments(connection),
            "search": arguments(found),
            "options": arguments(live),
        },
        "playbooks/record_inventory.yml": {
            "names": [f"- {role}{one.name}" for one in every if one.name not in ("call_sid", "results_path")],
            "connection": arguments(connection, of_batch),
            "options": arguments(live, of_batch),
        },
        "playbooks/stop_recording.yml": {"connection": arguments(connection), "options": arguments(to_stop)},
        "roles/record_call/README.md": {"variables": table(every, role)},
        "roles/record_call/defaults/main.yml": {"defaults": defaults(every, role)},
        "roles/record_call/meta/argument_specs.yml": {"options": argument_specs(every, role)},
        "roles/record_call/tasks/main.yml": {
            "connection": arguments(connection, role),
            "options": arguments(start, role),
        },
        **_archive(connection),
    }


def _archive(connection: list[Option]) -> dict[str, dict[str, list[str]]]:
    """Return the blocks of the role archive. What was uploaded is the result of a user's tasks, and no variable."""
    role, own = "archive_", [one for one in own_options("recording_archive") if one.name != "uploads"]
    # What waits until the new files are uploaded.
    last = [one for one in own if one.name in ("state", "delete", "delete_after", "keep", "month", "page", "page_mask")]
    every = own + connection
    return {
        "roles/archive/README.md": {"variables": table(every, role)},
        "roles/archive/defaults/main.yml": {"defaults": defaults(every, role)},
        "roles/archive/meta/argument_specs.yml": {"options": argument_specs(every, role)},
        "roles/archive/tasks/main.yml": {
            "connection": arguments(connection, role),
            "options": arguments([one for one in own if one not in last], role),
            "last": arguments(last, role),
        },
    }


def filled(text: str, wanted: dict[str, list[str]]) -> str:
    """Return the text of a file with these lines between its markers."""
    names = [match["name"] for match in BLOCK.finditer(text)]
    if names != list(wanted):
        raise Inconsistent(f"there are markers for {names}, and should be for {list(wanted)}")

    def block(match: re.Match[str]) -> str:
        lines = "".join(f"{match['indent']}{line}\n" for line in wanted[match["name"]])
        return f"{match['begin']}{lines}{match['end']}"

    return BLOCK.sub(block, text)


def main() -> int:
    parser = argparse.ArgumentParser(description="Write the options of the modules where they are passed on or listed.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file is stale")
    check = parser.parse_args().check
    stale = []
    try:
        for name, wanted in blocks().items():
            text = (ROOT / name).read_text(encoding="utf-8")
            try:
                result = filled(text, wanted)
            except Inconsistent as error:
                raise Inconsistent(f"{name}: {error}") from error
            if result != text and check:
                stale.append(name)
            elif result != text:
                (ROOT / name).write_text(result, encoding="utf-8")
    except Inconsistent as error:
        print(error, file=sys.stderr)
        return 1
    for name in stale:
        print(f"{name} is stale: run 'make generate' and commit it", file=sys.stderr)
    return bool(stale)


if __name__ == "__main__":
    sys.exit(main())
