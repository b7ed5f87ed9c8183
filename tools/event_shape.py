# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The shape of an event, for both event sources.

ansible-rulebook runs each source as a file by itself, so neither can import this one. tools/generate_events.py copies all that
is below the marker into both; what it needs to import is listed here and there.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import hashlib
import json
import os
import re
import urllib.parse
import uuid
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

# begin shared
# As Python 3.9 has it.
UTC = dt.timezone(dt.timedelta(0))
# The meta.uuid of an event is derived from what happened, below this namespace, so that both sources give the same one.
NAMESPACE = uuid.UUID("14079e6f-8d66-5d17-bb84-341db5cea8e4")

TYPES = {
    "call": {"in-progress": "call.answered"},
    "recording": {"in-progress": "recording.started"},
    "conference": {
        "conference-start": "conference.started",
        "conference-end": "conference.ended",
        "participant-join": "conference.joined",
        "participant-leave": "conference.left",
    },
}
# What is known of each, in every event; None if it was not reported.
FIELDS = {
    "call": ("sid", "parent_sid", "connection_id", "status", "from", "to", "duration", "sequence_number"),
    "recording": (
        *("sid", "call_sid", "conference_sid", "status", "source"),
        *("channels", "duration", "date_created", "start_time"),
    ),
    "conference": ("sid", "friendly_name", "status", "sequence_number"),
}
NUMBERS = ("duration", "channels", "sequence_number")
DATES = ("date_created", "start_time")
SIDS = ("sid", "parent_sid", "call_sid", "conference_sid")


class OptionError(ValueError):
    """An option of the source that cannot be used."""


def event_of(
    kind: str,
    things: dict[str, dict[str, Any]],
    payload: dict[str, Any],
    url: object = None,
) -> dict[str, Any]:
    """Return the event of a callback, or of a recording of a list.

    `kind` is call, recording, conference or other; `things` are the reported fields of each of FIELDS. With `url`, the link
    to the audio is a part of the event.
    """
    event: dict[str, Any] = {name: _shaped(name, things[name]) if name in things else None for name in FIELDS}
    event["type"] = _type(kind, things)
    event["payload"] = payload if url else without_links(payload)
    event["meta"] = {"uuid": _uuid(kind, event, payload)}
    if url and event["recording"]:
        event["recording"]["media_url"] = text(url)
    return inert(event)  # type: ignore[no-any-return]


def _shaped(name: str, values: dict[str, Any]) -> dict[str, Any]:
    return {field: _convert(field, values.get(field)) for field in FIELDS[name]}


def _convert(field: str, value: object) -> object:
    if field in NUMBERS:
        return number(value)
    if field in DATES:
        return date(value)
    # The SIDs of the same call may be spelled with : or %3A.
    return urllib.parse.unquote(text(value) or "") or None if field in SIDS else text(value)


def _type(kind: str, things: dict[str, dict[str, Any]]) -> str:
    status = text(things[kind].get("status")) if kind in things else None
    if not status:
        return "other"
    known = TYPES[kind].get(status)
    short = re.sub(r"^(conference|participant)-", "", status)
    return known or f"{kind}.{short if re.fullmatch(r'[a-z][a-z-]{0,39}', short) else 'unknown'}"


def _uuid(kind: str, event: dict[str, Any], payload: dict[str, Any]) -> str:
    """Return the identity of what happened.

    A status of a recording or a call is reached once. What may happen again is told apart by its sequence number, or by all
    that was posted.
    """
    thing = event.get(kind) or {}
    named = bool(thing.get("sid") and thing.get("status"))
    parts = [kind, thing["sid"], thing["status"]] if named else [kind]
    if named and kind == "conference" and thing["sequence_number"] is not None:
        parts += [str((event["call"] or {}).get("sid")), str(thing["sequence_number"])]
    elif not named or kind == "conference":
        parts.append(hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest())
    return str(uuid.uuid5(NAMESPACE, json.dumps(parts)))


def text(value: object) -> str | None:
    """Return a text or a whole number as a text, and None for nothing or anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) and value else None


def number(value: object) -> float | None:
    """Return a number, which may be written as a text, or None."""
    found = re.fullmatch(r"(\d{1,15})(\.\d{1,9})?", str(value), re.ASCII)
    if not found or isinstance(value, bool):
        return None
    return float(found[0]) if found[2] else int(found[1])


def date(value: object) -> str | None:
    """Return a date of RFC 3339 or RFC 2822 as one of RFC 3339 in UTC, or None."""
    parsed = moment(value)
    return parsed.strftime("%Y-%m-%dT%H:%M:%SZ") if parsed else None


def moment(value: object) -> dt.datetime | None:
    """Return a date of RFC 3339 or RFC 2822 in UTC, or None."""
    given = text(value) or ""
    try:
        # Python 3.9 and 3.10 read neither a Z nor a fraction of any length.
        parsed = dt.datetime.fromisoformat(re.sub(r"(\.\d+)?[Zz]$", "+00:00", given))
    except ValueError:
        try:
            parsed = email.utils.parsedate_to_datetime(given)
        except (TypeError, ValueError, IndexError, OverflowError):
            return None
    try:
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone(UTC)
    except (OverflowError, ValueError):
        return None


def without_links(value: Any) -> Any:  # noqa: ANN401
    """Return a value without the links in it: whoever has a link to audio can hear it."""
    if isinstance(value, dict):
        return {key: without_links(one) for key, one in value.items() if not re.search("urls?$", key, re.IGNORECASE)}
    return [without_links(one) for one in value] if isinstance(value, list) else value


def inert(value: Any) -> Any:  # noqa: ANN401
    """Return a value in which no text opens a Jinja2 template.

    Callers choose names and SIP addresses, and a playbook would render what it gets as an extra variable.
    """
    if isinstance(value, dict):
        return {inert(key): inert(one) for key, one in value.items()}
    if isinstance(value, list):
        return [inert(one) for one in value]
    return re.sub(r"\{(?=[{%#])", "{ ", value) if isinstance(value, str) else value


def shown(value: object) -> str:
    """Return a text for a log: printable, and not long."""
    printable = ascii(value)
    return printable if len(printable) <= 80 else printable[:79] + "…"  # noqa: PLR2004


def why(error: BaseException) -> str:
    """Return the reason of an error of the system or of SQLite, for a log."""
    return shown(getattr(error, "strerror", None) or str(error) or type(error).__name__)


def unusable(name: str, path: Path, error: BaseException) -> str:
    """Return what to say of an option whose database cannot be opened."""
    locked = " Another source may be using it." if str(error) == "database is locked" else ""
    return f"{name}: {shown(str(path))} cannot be used: {why(error)}.{locked}"


def option(args: dict[str, Any], name: str, variable: str = "") -> str:
    """Return an option that must be set, from the source's arguments or an environment variable."""
    given = args.get(name) or (variable and os.environ.get(variable))
    if not given:
        also = f", or the environment variable {variable}" if variable else ""
        message = f"{name} is required: set it{also}."
        raise OptionError(message)
    # A template of a rulebook gives digits as a number.
    value = text(given)
    if not value:
        message = f"{name} must be a string, not {type(given).__name__}."
        raise OptionError(message)
    return value


def number_option(args: dict[str, Any], name: str, default: int, bounds: tuple[int, int]) -> int:
    """Return an option that is a whole number within bounds. A template of a rulebook gives it as a text."""
    given = args.get(name)
    value = default if given is None else number(given)
    if not isinstance(value, int) or not bounds[0] <= value <= bounds[1]:
        message = f"{name} must be a whole number from {bounds[0]} to {bounds[1]}, not {shown(given)}."
        raise OptionError(message)
    return value


def flag_option(args: dict[str, Any], name: str) -> bool:
    """Return an option that is true or false. A template of a rulebook gives it as a text."""
    given = args.get(name)
    if given in (None, "") or str(given).lower() in ("false", "no", "0", "off"):
        return False
    if str(given).lower() not in ("true", "yes", "1", "on"):
        message = f"{name} must be true or false, not {shown(given)}."
        raise OptionError(message)
    return True


def check_options(args: dict[str, Any], allowed: tuple[str, ...]) -> None:
    """Raise OptionError for an option that there is not."""
    unknown = sorted(set(args) - set(allowed) - {"eda_feedback_queue"})
    if unknown:
        message = f"{shown(unknown[0])} is not an option. Options: {', '.join(allowed)}."
        raise OptionError(message)
