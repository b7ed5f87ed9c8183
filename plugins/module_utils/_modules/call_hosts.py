# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Calls as hosts: the behaviour of the inventory calls, which is that of call_info, and the names and groups of hosts."""

from __future__ import annotations

import hashlib
import re
import typing as t

from .._base.urls import decoded
from .._task.options import Option
from .._telnyx.call import Call
from . import call_info

ALL = "telnyx_calls"
_DIRECTIONS = {"inbound": "telnyx_inbound", "outbound": "telnyx_outbound"}
_STATUSES = {"ringing": "telnyx_ringing", "in-progress": "telnyx_in_progress"}
RECORDED, NOT_RECORDED = "telnyx_recorded", "telnyx_not_recorded"
# A number that was called. Its variables win over those of the other groups.
CALLED = "telnyx_to_"
_RUNNING = ("in-progress", "paused")
# Names of groups that mean something else: to Ansible, in an exported inventory, or here.
_TAKEN = (
    *("all", "ungrouped", "_meta", ALL, *_DIRECTIONS.values(), *_STATUSES.values(), RECORDED, NOT_RECORDED),
    f"{CALLED}.*",
)
# What Ansible's patterns, AWX, and caches with a file for each host take.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,199}")
_MAX_GROUP = 200

OPTIONS = {
    # An inventory has its calls in no other file.
    **{name: option for name, option in call_info.OPTIONS.items() if name != "results_path"},
    "live": Option({"type": "bool", "default": True}),
    "hostname": Option({"type": "str", "choices": ["sid", "digest"], "default": "sid"}),
    "group": Option(
        {"type": "str"},
        {
            "type": "string",
            "pattern": rf"^(?!(?:{'|'.join(_TAKEN)})(?![\s\S]))[A-Za-z_][A-Za-z0-9_]*(?![\s\S])",
            "x-expected": "a name of letters, digits and underscores that does not begin with a digit and is not the name of a"
            " group of Ansible or of this inventory",
        },
    ),
}

BEHAVIOUR = call_info.BEHAVIOUR._replace(options=OPTIONS, results_file=None)


def host_name(call_sid: str, by: str) -> str:
    """Return the host name of a call. It depends on nothing but the SID, in whichever way its characters are escaped.

    A colon would be taken for the begin of a port. A SID with other characters that a host name cannot have gets a digest.
    """
    sid = decoded(call_sid)
    name = sid.decode("ascii", "replace").replace(":", "-")
    if by == "sid" and _NAME.fullmatch(name):
        return name
    return f"call-{hashlib.sha256(sid).hexdigest()[:16]}"


def usual_groups(recordings: bool) -> list[str]:
    """Return the groups that there always are, even without a host, so that a play can name them."""
    return [*_DIRECTIONS.values(), *_STATUSES.values(), *([RECORDED, NOT_RECORDED] if recordings else [])]


def groups_of(call: Call, recordings: t.Sequence[t.Mapping[str, t.Any]] | None) -> list[str]:
    """Return the groups of a call, besides ALL. What is not known makes no group."""
    found = [_DIRECTIONS.get(call["direction"] or ""), _STATUSES.get(call["status"] or "")]
    if recordings is not None:
        found.append(RECORDED if any(one.get("status") in _RUNNING for one in recordings) else NOT_RECORDED)
    if call["to"]:
        # Strangers may choose it: of a SIP address, only letters and digits are kept.
        found.append((CALLED + re.sub(r"[^A-Za-z0-9]", "_", call["to"].lstrip("+")))[:_MAX_GROUP])
    return [one for one in found if one]
