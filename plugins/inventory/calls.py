# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: calls
short_description: Live calls as hosts
version_added: 1.0.0
author:
  - voiceops.telnyx contributors (@voiceops)
description:
  - Makes a host of each live call that M(voiceops.telnyx.call_info) finds, so that variables of groups decide how the calls to
    a number are recorded. The playbook C(voiceops.telnyx.record_inventory) records them.
  - The name of its file ends in C(.telnyx.yml) or C(.telnyx.yaml).
  - A host has the variables C(call_sid); C(telnyx_call), the call as in RV(voiceops.telnyx.call_info#module:calls); with
    O(recordings), C(telnyx_recordings), its recordings, which are null if they could not be fetched; and
    C(ansible_connection=ansible.builtin.local), since nobody can log in to a call.
  - All calls are in the group C(telnyx_calls). Its children are C(telnyx_inbound), C(telnyx_outbound), C(telnyx_ringing),
    C(telnyx_in_progress) and C(telnyx_to_NUMBER), for example C(telnyx_to_13122010055). Of a SIP address, every character that
    is not a letter or a digit becomes an underscore.
  - With O(recordings), there are also C(telnyx_recorded), the calls with a recording that is running or paused, and
    C(telnyx_not_recorded), those without one.
  - Variables of C(telnyx_to_NUMBER) win over those of the other groups, which win over those of C(telnyx_calls).
extends_documentation_fragment:
  - voiceops.telnyx.search
  - voiceops.telnyx.connection
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
options:
  plugin:
    description: The name of this plugin.
    type: str
    required: true
    choices: [voiceops.telnyx.calls]
  api_key:
    description:
      - The API key (V2) of the Telnyx account.
      - It is required here or in the environment.
    required: false
    env:
      - name: TELNYX_API_KEY
  account_sid:
    description:
      - The organization ID of the Telnyx account, which the Telnyx portal shows. A connection ID or a user ID does not work.
      - It is required here or in the environment.
    required: false
    env:
      - name: TELNYX_ACCOUNT_SID
  base_url:
    description:
      - The URL of the API.
      - It must be C(https), except for a loopback host such as that of the role P(voiceops.telnyx.simulator#role).
    env:
      - name: TELNYX_BASE_URL
  live:
    description:
      - Only calls that are live, or only calls that have ended.
      - A connection and a conference list live calls only, so there it can only be V(true).
      - The account's list of calls is eventually consistent. With V(true) it is read from two days back, and a warning is issued.
    default: true
  hostname:
    description:
      - How hosts are named. A name depends on the SID of the call alone, so a call has the same one in each run, and in each file
        with the same O(hostname).
      - With V(sid), it is the SID with a hyphen for each colon, which AWX would take for the begin of a port.
      - With V(digest), it is C(call-) and 16 hexadecimal digits of the SID's SHA-256, which is shorter.
      - Names are logged. There is no way to have phone numbers in them.
    type: str
    choices: [sid, digest]
    default: sid
  group:
    description:
      - Another group for all calls of this file, to tell apart the files of several connections.
      - It cannot be C(all), C(ungrouped), C(_meta) or one of this inventory's groups, such as C(telnyx_calls) or C(telnyx_to_NUMBER).
    type: str
  cache:
    description:
      - Whether to keep the calls for O(cache_timeout) seconds.
      - This is wrong for live calls, of which the cache has those that have ended and lacks those that have begun. It is for work
        on the inventory itself, such as writing O(compose) and O(keyed_groups).
      - The cache has the numbers and names of callers, but not the key.
notes:
  - The controller is the target host here.
  - If the inventory cannot be read, Ansible only warns, has no hosts, and exits with 0. Set
    E(ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED=true), so that this is a failure.
  - A text that has a brace, and so might be a template, is marked as unsafe, also in the output of C(ansible-inventory --list),
    which AWX stores.
  - The values in the file can be templates with extra variables and lookups.
seealso:
  - module: voiceops.telnyx.call_info
  - ref: ansible_collections.voiceops.telnyx.docsite.guide_inventory
    description: When to use it, and when not.
"""

EXAMPLES = r"""
# calls.telnyx.yml. TELNYX_API_KEY and TELNYX_ACCOUNT_SID are in the environment.
plugin: voiceops.telnyx.calls
connection_id: "1684641123236054244"
---
# One call of each bridge of an incident, given with -e incident=INC-4711, and what is being recorded of it
plugin: voiceops.telnyx.calls
conference: "{{ incident }}"
recordings: true
hostname: digest
---
# Several connections have a file and a group each. Groups of one's own, and variables
plugin: voiceops.telnyx.calls
connection_id: "1684641123236054244"
group: support
max_concurrency: 64
strict: true
groups:
  vip: telnyx_call.from in ['+13122010094', '+13122010095']
keyed_groups:
  - key: telnyx_call.conference_sid
    prefix: conference
compose:
  seconds: telnyx_call.duration
"""

import typing as t

from ansible.errors import AnsibleError, AnsibleParserError
from ansible.module_utils.common.text.converters import to_text
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable
from ansible_collections.voiceops.telnyx.plugins.module_utils._modules.call_hosts import (
    ALL,
    BEHAVIOUR,
    CALLED,
    groups_of,
    host_name,
    usual_groups,
)
from ansible_collections.voiceops.telnyx.plugins.module_utils._task.task import CannotRun, Task, execute, prepare
from ansible_collections.voiceops.telnyx.plugins.plugin_utils._untrusted import without_templates

SUFFIXES = (".telnyx.yml", ".telnyx.yaml")
CONSTRUCTED = ("compose", "groups", "keyed_groups")


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    """Live calls as hosts."""

    NAME = "voiceops.telnyx.calls"
    inventory: t.Any
    loader: t.Any

    def verify_file(self, path: str) -> bool:
        return bool(super().verify_file(path)) and path.endswith(SUFFIXES)

    def parse(self, inventory: t.Any, loader: t.Any, path: str, cache: bool = True) -> None:
        super().parse(inventory, loader, path, cache)
        self._read_config_data(path)
        self._add(self._cached(path, cache) if self.get_option("cache") else self._found())

    def set_options(self, task_keys: t.Any = None, var_options: t.Any = None, direct: t.Any = None) -> None:
        """Check the values of the file as call_info does, before Ansible converts them. Raises AnsibleParserError."""
        values = dict(direct or {})
        others = set(self.option_definitions) - set(BEHAVIOUR.options)
        given = {str(name): self._rendered(name, value) for name, value in values.items() if name not in others}
        try:
            self._params, self._warnings = prepare(BEHAVIOUR, given, {})
        except CannotRun as error:
            raise AnsibleParserError(error.result["msg"]) from None
        values.update((name, self._params[name]) for name in given if name in self._params)
        super().set_options(task_keys=task_keys, var_options=var_options, direct=values)

    def _rendered(self, name: str, value: t.Any) -> t.Any:
        """Return a value of the file with its templates rendered. Raises AnsibleParserError."""
        self.templar.available_variables = self._vars or {}
        try:
            value = self.templar.template(value)
        except AnsibleError as error:
            raise AnsibleParserError(f"{name}: {error}") from None
        # Up to ansible-core 2.18 a value with the tag !vault is an object that only looks like a text.
        return to_text(value) if getattr(value, "__ENCRYPTED__", False) else value

    def _cached(self, path: str, cache: bool) -> list[dict[str, t.Any]]:
        """Return the calls of the cache, or those found, which it then has. `cache` is False if it is to be refreshed."""
        key = self.get_cache_key(path)
        if not cache or key not in self._cache:
            self._cache[key] = self._found()
        return t.cast("list[dict[str, t.Any]]", self._cache[key])

    def _found(self) -> list[dict[str, t.Any]]:
        """Return the calls as call_info does. Raises AnsibleParserError with its message."""
        try:
            result = execute(BEHAVIOUR, self._params, Task(check_mode=True))
        except CannotRun as error:
            result = error.result
        if result.get("failed"):
            raise AnsibleParserError(result["msg"])
        for warning in [*self._warnings, *result.get("warnings", [])]:
            self.display.warning(warning)
        return t.cast("list[dict[str, t.Any]]", result["calls"])

    def _add(self, calls: list[dict[str, t.Any]]) -> None:
        """Add a host for each call."""
        known: set[str] = set()
        hosts = self._named(calls)
        self.inventory.add_group(ALL)
        for group in usual_groups(self._params["recordings"]):
            self._add_group(group, known)
        constructed = any(self.get_option(name) for name in CONSTRUCTED)
        for name, call in hosts.items():
            self._add_host(name, dict(call), known)
            if constructed:
                self._construct(name)

    def _named(self, calls: list[dict[str, t.Any]]) -> dict[str, dict[str, t.Any]]:
        """Return the calls by their host names. Raises AnsibleParserError if two have the same one."""
        hosts: dict[str, dict[str, t.Any]] = {}
        for call in calls:
            name = host_name(call["sid"], self._params["hostname"])
            other = hosts.setdefault(name, call)
            if other is not call:
                raise AnsibleParserError(
                    f"The calls {other['sid']} and {call['sid']} have the same host name. Set hostname to digest."
                )
        return hosts

    def _add_host(self, name: str, call: dict[str, t.Any], known: set[str]) -> None:
        recordings = call.pop("recordings", None)
        self.inventory.add_host(name, ALL)
        for group in [*groups_of(call, recordings), *filter(None, [self._params.get("group")])]:
            self._add_group(group, known)
            self.inventory.add_child(group, name)
        variables = {"call_sid": call["sid"], "telnyx_call": call, "ansible_connection": "ansible.builtin.local"}
        if self._params["recordings"]:
            variables["telnyx_recordings"] = recordings
        for variable, value in variables.items():
            self.inventory.set_variable(name, variable, without_templates(value))

    def _add_group(self, name: str, known: set[str]) -> None:
        if name in known:
            return
        known.add(name)
        self.inventory.add_group(name)
        self.inventory.add_child(ALL, name)
        if name.startswith(CALLED):
            self.inventory.set_variable(name, "ansible_group_priority", 10)

    def _construct(self, name: str) -> None:
        """Add what the file has of variables and groups of its own."""
        strict = self.get_option("strict")
        host = self.inventory.get_host(name)
        self._set_composite_vars(self.get_option("compose"), host.get_vars(), name, strict=strict)
        variables = host.get_vars()
        self._add_host_to_composed_groups(
            self.get_option("groups"), variables, name, strict=strict, fetch_hostvars=False
        )
        self._add_host_to_keyed_groups(
            self.get_option("keyed_groups"), variables, name, strict=strict, fetch_hostvars=False
        )
