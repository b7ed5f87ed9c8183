# pylint: disable=line-too-long,too-many-lines
# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Receive the signed callbacks of calls, recordings and conferences, and lose none that was acknowledged."""

from __future__ import annotations

import asyncio
import base64
import binascii
import collections
import concurrent.futures
import contextlib
import datetime as dt
import email.utils
import hashlib
import ipaddress
import json
import logging
import os
import re
import resource
import socket
import sqlite3
import ssl
import threading
import time
import urllib.parse
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from aiohttp import web
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator

DOCUMENTATION = r"""
---
short_description: Receive the callbacks of calls, recordings and conferences
version_added: 1.0.0
author:
  - voiceops.telnyx contributors (@voiceops)
description:
  - Listens for the callbacks that the Telnyx TeXML API posts, verifies their signatures, and emits one event for each.
  - A callback is on the disk before it is acknowledged, and the acknowledgement does not wait for the rulebook. A restart
    emits what was not emitted.
  - A callback that is repeated within 24 hours is acknowledged and not emitted, even after a restart.
  - If the process is killed just when it has emitted an event, a restart emits this event again. Its C(meta.uuid) is the
    same.
  - A receiver that is down for long loses callbacks, since the API gives up. The source P(voiceops.telnyx.recordings#event_source)
    finds the recordings of these.
  - GET C(/healthz) returns the number of pending callbacks, the age of the oldest one, the time of the last one, and counts.
    Its status is 503 if a callback would get 503.
  - C(event.type) has C(call.), C(recording.) or C(conference.) before the status that the API posts, so there may be types that
    are not listed here. Those known are C(call.initiated), C(call.ringing), C(call.answered), C(call.completed), C(call.busy),
    C(call.no-answer), C(call.canceled), C(call.failed), C(recording.started), C(recording.completed), C(recording.absent),
    C(conference.started), C(conference.ended), C(conference.joined) and C(conference.left). Anything else is C(other).
  - C(event.call) has C(sid), C(parent_sid), C(connection_id), C(status), C(from), C(to), C(duration) and
    C(sequence_number). C(event.recording) has C(sid), C(call_sid), C(conference_sid), C(status), C(source), C(channels),
    C(duration), C(date_created) and C(start_time). C(event.conference) has C(sid), C(friendly_name), C(status) and
    C(sequence_number). What is not known is null. Durations and channels are numbers.
  - C(event.payload) has the fields as posted, but for three things. Links are left out, that is fields whose names end in
    C(url) or C(urls), unless O(include_url) is set and there is a link to the audio. If a text or a name has the beginning of
    a Jinja2 template, which a caller may have chosen, a space is put behind its first brace. Of a field of a form that is posted
    more than once, the last one counts. All values of a form are texts.
  - C(event.meta.uuid) is the same for the same status of the same call or recording, from either source.
options:
  host:
    description:
      - The address to listen on.
    type: str
    default: 0.0.0.0
  port:
    description:
      - The port to listen on.
    type: int
    default: 5000
  path:
    description:
      - The path to which callbacks are posted.
    type: str
    default: /callbacks
  public_key:
    description:
      - The public key of the Telnyx account, as the Telnyx portal shows it.
      - While the key is being rotated, a list of the old and the new one.
      - If it is not set, the environment variable E(TELNYX_PUBLIC_KEY) is used, in which commas separate keys.
      - It is read when the source starts. A changed key needs a restart.
      - Without a key, the source does not start.
    type: list
    elements: str
    required: true
  tolerance:
    description:
      - By how many seconds, from 1 to 3600, the timestamp of a callback may differ from the clock.
    type: int
    default: 300
  certfile:
    description:
      - A file with a certificate chain, to serve HTTPS.
    type: path
  keyfile:
    description:
      - A file with the private key of O(certfile), unless that file has it.
    type: path
  password:
    description:
      - The password of the private key.
    type: str
  spool:
    description:
      - The folder of the callbacks that were acknowledged and not emitted yet. It is created if it does not exist.
      - It must outlast the process. Each source needs a folder of its own.
    type: path
    required: true
  max_pending:
    description:
      - How many callbacks, from 1 to 1000000, may be pending.
      - Beyond that, and if the disk is full, a callback gets 503, and the API tries again later.
    type: int
    default: 10000
  include_url:
    description:
      - Whether C(event.recording.media_url) and C(event.payload) have the link to the audio.
      - Whoever has the link can fetch the audio, for about ten minutes.
    type: bool
    default: false
  feedback:
    description:
      - Whether an event stays in the spool until the engine has confirmed it, and not only until it is in the engine's queue.
      - ansible-rulebook confirms events only with C(--persistence-id). It reads this option before it renders variables, so it
        cannot be a template.
    type: bool
    default: false
notes:
  - Have the API post, which is its default. Only a body is signed, so GET is refused.
requirements:
  - aiohttp
  - cryptography
"""

EXAMPLES = r"""
- name: Behind a proxy that serves HTTPS
  voiceops.telnyx.callback:
    host: 127.0.0.1
    port: 5000
    public_key: "{{ public_key }}"
    spool: /var/lib/telnyx/spool

- name: While the key is being rotated, with a certificate of its own
  voiceops.telnyx.callback:
    port: 8443
    public_key:
      - "{{ old_public_key }}"
      - "{{ new_public_key }}"
    certfile: /etc/pki/callbacks.pem
    keyfile: /etc/pki/callbacks.key
    spool: /var/lib/telnyx/spool
"""

logger = logging.getLogger(__name__)

# begin generated: shared, by tools/generate_events.py from tools/event_shape.py
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


# end generated

OPTIONS = (
    *("host", "port", "path", "public_key", "tolerance", "certfile", "keyfile", "password"),
    *("spool", "max_pending", "include_url", "feedback"),
)
# Bytes of a body. Callbacks have less than 2 KiB.
LARGEST = 64 * 1024
# How many connections may be open at most, and for how many seconds each. Each serves one request, in milliseconds.
MOST, SLOW = 1000, 10
# At that limit, a new one looks every LOOK seconds for another one to close, which has not sent its request for so many looks.
# A receiver that is behind looks less often: it does not close what it has not got round to reading.
LOOK, LOOKS = 0.01, 100
# Seconds for which the spool remembers what was emitted.
DUPLICATE_WINDOW = 24 * 3600
# Seconds until the engine has confirmed an event, if feedback is on.
FEEDBACK_TIMEOUT = 60
# Seconds after which a write is tried again.
RETRY = 1
CHARSETS = ("utf-8", "us-ascii", "iso-8859-1")
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


class RefusedError(Exception):
    """A request that is answered by an error: its status, and why."""

    def __init__(self, status: int, reason: str) -> None:
        """Take the HTTP status and the reason, which has nothing that is secret."""
        super().__init__(reason)
        self.status = status
        self.reason = reason


class SpoolError(Exception):
    """The spool cannot be read or written."""


class Options(NamedTuple):
    """The options of the source, checked."""

    host: str
    port: int
    path: str
    keys: list[Ed25519PublicKey]
    tolerance: int
    tls: ssl.SSLContext | None
    spool: Path
    max_pending: int
    include_url: bool
    feedback: bool


def read_options(args: dict[str, Any]) -> Options:
    """Return the options, or raise OptionError."""
    check_options(args, OPTIONS)
    path = args.get("path") or "/callbacks"
    if not isinstance(path, str) or not re.fullmatch(r"/[A-Za-z0-9._~/-]*", path) or path == "/healthz":
        message = (
            f"path must begin with / and have only letters, digits and ._~/-, not {shown(path)}. /healthz is taken."
        )
        raise OptionError(message)
    return Options(
        host=str(args.get("host") or "0.0.0.0"),  # noqa: S104
        port=number_option(args, "port", 5000, (0, 65535)),
        path=path,
        keys=_keys(args.get("public_key") or re.split(r"[\s,]+", os.environ.get("TELNYX_PUBLIC_KEY", "").strip())),
        tolerance=number_option(args, "tolerance", 300, (1, 3600)),
        tls=_tls(args),
        spool=Path(option(args, "spool")).expanduser(),
        max_pending=number_option(args, "max_pending", 10_000, (1, 1_000_000)),
        include_url=flag_option(args, "include_url"),
        feedback=_feedback(args),
    )


def _feedback(args: dict[str, Any]) -> bool:
    """Return whether the engine confirms events. It decides by the text that the rulebook has, which may be a template."""
    wanted = flag_option(args, "feedback")
    if not wanted and "eda_feedback_queue" in args:
        message = f"feedback must be false, not {shown(args['feedback'])}, which ansible-rulebook takes as true."
        raise OptionError(message)
    return wanted


def _keys(given: object) -> list[Ed25519PublicKey]:
    texts = [one for one in (given if isinstance(given, list) else [given]) if one]
    if not texts:
        message = (
            "public_key is required: set it, or the environment variable TELNYX_PUBLIC_KEY, to the public key that the Telnyx"
            " portal shows. Without it, anybody could post callbacks."
        )
        raise OptionError(message)
    keys = []
    for index, one in enumerate(texts, 1):
        raw = _strict_base64(one, 32)
        if raw is None:
            message = (
                f"public_key: key {index} of {len(texts)} is not the base64 of 32 bytes, as the Telnyx portal shows it."
            )
            raise OptionError(message)
        keys.append(Ed25519PublicKey.from_public_bytes(raw))
    return keys


def _tls(args: dict[str, Any]) -> ssl.SSLContext | None:
    if not args.get("certfile"):
        if args.get("keyfile") or args.get("password"):
            message = "keyfile and password need certfile."
            raise OptionError(message)
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(args["certfile"], args.get("keyfile") or None, text(args.get("password")) or "")
    except (OSError, ValueError, TypeError) as error:
        message = f"certfile, keyfile and password cannot be used: {shown(getattr(error, 'strerror', None) or error)}."
        raise OptionError(message) from error
    return context


def _strict_base64(given: object, size: int) -> bytes | None:
    """Return the bytes of base64 in its one canonical spelling, or None: other spellings of a signature are refused."""
    try:
        raw = base64.b64decode(given, validate=True) if isinstance(given, str) else b""
    except (ValueError, binascii.Error):
        return None
    return raw if len(raw) == size and base64.b64encode(raw).decode() == given else None


async def verified_body(request: web.Request, options: Options) -> bytes:
    """Return the body of a request that the vendor has signed, or raise RefusedError."""
    if (request.content_length or 0) > LARGEST:
        raise RefusedError(413, "the body is too large")
    if request.method != "POST":
        # Only a body is signed. A callback that comes by GET could be from anybody.
        raise RefusedError(405, f"{shown(request.method)} requests are not signed; let the callback's method be POST")
    try:
        body = await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise RefusedError(413, "the body is too large") from None
    signatures = request.headers.getall("telnyx-signature-ed25519", [])
    timestamps = request.headers.getall("telnyx-timestamp", [])
    if len(signatures) != 1 or len(timestamps) != 1:
        raise RefusedError(401, "it needs one header telnyx-signature-ed25519 and one telnyx-timestamp")
    signature = _strict_base64(signatures[0], 64)
    if signature is None:
        raise RefusedError(401, "the signature is not the base64 of 64 bytes")
    if not re.fullmatch(r"\d{1,12}", timestamps[0], re.ASCII):
        raise RefusedError(401, "the timestamp is not a number of seconds")
    age = time.time() - int(timestamps[0])
    if abs(age) > options.tolerance:
        when = f"{age:.0f} seconds old" if age > 0 else f"{-age:.0f} seconds in the future"
        raise RefusedError(401, f"the timestamp is {when}; tolerance is {options.tolerance} seconds")
    if not _signed(timestamps[0].encode() + b"|" + body, signature, options.keys):
        raise RefusedError(401, "the signature does not match any public_key")
    return body


def _signed(message: bytes, signature: bytes, keys: list[Ed25519PublicKey]) -> bool:
    for key in keys:
        with contextlib.suppress(InvalidSignature):
            key.verify(signature, message)
            return True
    return False


def payload_of(request: web.Request, body: bytes) -> dict[str, Any]:
    """Return what was posted, as a form or as JSON, or raise RefusedError."""
    charset = (request.charset or "utf-8").lower()
    if request.content_type not in (FORM, JSON) or charset not in CHARSETS:
        raise RefusedError(
            415,
            f"the content type is neither a form nor JSON: {shown(request.headers.get('Content-Type'))}",
        )
    try:
        if request.content_type == FORM:
            fields = urllib.parse.parse_qsl(
                body.decode(charset).strip("&") or "nothing",
                keep_blank_values=True,
                strict_parsing=True,
                encoding=charset,
                errors="strict",
                max_num_fields=1000,
            )
            return dict(fields)
        payload = json.loads(body.decode(charset))
    except (ValueError, RecursionError):
        raise RefusedError(400, "the body cannot be parsed") from None
    if not isinstance(payload, dict):
        raise RefusedError(400, "the body is not a JSON object")
    return payload


def callback_event(payload: dict[str, Any], *, include_url: bool) -> dict[str, Any]:
    """Return the event of a callback."""
    recording = {
        "sid": payload.get("RecordingSid"),
        "call_sid": payload.get("CallSid"),
        "conference_sid": payload.get("ConferenceSid"),
        "status": payload.get("RecordingStatus"),
        "source": payload.get("RecordingSource"),
        "channels": payload.get("RecordingChannels"),
        "duration": payload.get("RecordingDuration"),
        "start_time": payload.get("RecordingStartTime"),
    }
    call = {
        "sid": payload.get("CallSid"),
        "parent_sid": payload.get("ParentCallSid"),
        "connection_id": payload.get("ConnectionId"),
        "status": payload.get("CallStatus"),
        "from": payload.get("From"),
        "to": payload.get("To"),
        "duration": payload.get("CallDuration"),
        "sequence_number": payload.get("SequenceNumber"),
    }
    conference = {
        "sid": payload.get("ConferenceSid"),
        "friendly_name": payload.get("FriendlyName"),
        "status": payload.get("StatusCallbackEvent"),
        "sequence_number": payload.get("SequenceNumber"),
    }
    kind = _kind(payload)
    things = {"call": call} if payload.get("CallSid") else {}
    if kind == "recording":
        things["recording"] = recording
    elif kind == "conference":
        things["conference"] = conference
    return event_of(kind, things, payload, payload.get("RecordingUrl") if include_url else None)


def _kind(payload: dict[str, Any]) -> str:
    if payload.get("RecordingStatus"):
        return "recording"
    if payload.get("ConferenceSid") and payload.get("StatusCallbackEvent"):
        return "conference"
    # Another source would be the cost of a call, say, with the call's status beside it.
    progress = payload.get("CallbackSource") in (None, "", "call-progress-events")
    return "call" if progress and payload.get("CallSid") and payload.get("CallStatus") else "other"


class Spool:
    """What was acknowledged and not emitted yet, on disk, and the identities of what was emitted lately.

    A commit is on the disk when it returns. All methods block, and run in one thread. They raise SpoolError.
    """

    def __init__(self, folder: Path, max_pending: int) -> None:
        """Open the spool in a folder, which is made if it does not exist."""
        self._max_pending = max_pending
        path = folder / "callbacks.sqlite"
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            # Exclusive: two sources with one spool would emit everything twice.
            for statement in ("locking_mode = EXCLUSIVE", "journal_mode = WAL", "synchronous = FULL"):
                self._database.execute(f"PRAGMA {statement}")
            self._database.execute(
                "CREATE TABLE IF NOT EXISTS callbacks"
                " (number INTEGER PRIMARY KEY AUTOINCREMENT, uuid TEXT NOT NULL UNIQUE, received REAL NOT NULL, event TEXT)",
            )
            self._database.execute("CREATE INDEX IF NOT EXISTS pending ON callbacks (number) WHERE event IS NOT NULL")
            self._database.execute("CREATE INDEX IF NOT EXISTS emitted ON callbacks (received) WHERE event IS NULL")
            _sync(folder)
            _sync(folder.parent)
        except (OSError, sqlite3.Error) as error:
            message = unusable("spool", folder, error)
            raise OptionError(message) from error

    def store(self, events: list[dict[str, Any]]) -> list[str]:
        """Write events to the disk; return for each whether it is stored, a duplicate, or over max_pending (full)."""
        outcomes = []
        room = self._max_pending - self.pending()[0]
        with self._transaction():
            for event in events:
                values = (event["meta"]["uuid"], time.time(), json.dumps(event))
                if self._database.execute("SELECT 1 FROM callbacks WHERE uuid = ?", values[:1]).fetchone():
                    outcomes.append("duplicate")
                elif room <= 0:
                    outcomes.append("full")
                else:
                    self._database.execute("INSERT INTO callbacks (uuid, received, event) VALUES (?, ?, ?)", values)
                    outcomes.append("stored")
                    room -= 1
        return outcomes

    def next(self, after: int) -> tuple[int, dict[str, Any]] | None:
        """Return the oldest pending event behind a position, with its own number."""
        with self._errors():
            row = self._database.execute(
                "SELECT number, event FROM callbacks WHERE event IS NOT NULL AND number > ? ORDER BY number LIMIT 1",
                (after,),
            ).fetchone()
        return row and (row[0], json.loads(row[1]))

    def emitted(self, position: int) -> None:
        """Keep of an event only its identity, and forget those that are old."""
        with self._transaction():
            self._database.execute("UPDATE callbacks SET event = NULL WHERE number = ?", (position,))
            self._database.execute(
                "DELETE FROM callbacks WHERE event IS NULL AND received < ?",
                (time.time() - DUPLICATE_WINDOW,),
            )

    def pending(self) -> tuple[int, float | None]:
        """Return how many events are pending, and when the oldest was received."""
        with self._errors():
            count = self._database.execute("SELECT count(*) FROM callbacks WHERE event IS NOT NULL").fetchone()[0]
            oldest = self._database.execute(
                "SELECT received FROM callbacks WHERE event IS NOT NULL ORDER BY number LIMIT 1",
            ).fetchone()
        return count, oldest and oldest[0]

    def close(self) -> None:
        """Close the spool."""
        self._database.close()

    @contextlib.contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise SpoolError(why(error)) from error

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._errors():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._database.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    self._database.execute("ROLLBACK")
                raise


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class Receiver:
    """Answers requests, and emits what the spool has."""

    def __init__(self, options: Options, queue: asyncio.Queue[Any], feedback: asyncio.Queue[Any] | None) -> None:
        """Take the checked options, the engine's queue, and the queue of what the engine has received, if there is one."""
        self._options = options
        self._queue = queue
        self._feedback = feedback
        self._spool = Spool(options.spool, options.max_pending)
        self._thread = concurrent.futures.ThreadPoolExecutor(1, "spool")
        self._waiting: list[tuple[dict[str, Any], asyncio.Future[str]]] = []
        self._writer: asyncio.Task[None] | None = None
        # Of the engine's loop; callbacks are answered in another one.
        self._loop = asyncio.get_running_loop()
        self._stored = asyncio.Event()
        self._counts = {"stored": 0, "duplicate": 0, "refused": 0, "unavailable": 0, "emitted": 0}
        self._last: float | None = None
        self._runner = self._make_runner()
        self._connections = Connections(options.tls)
        self._listener: socket.socket | None = None
        self._accepting: asyncio.Task[None] | None = None

    async def callback(self, request: web.Request) -> web.Response:
        """Answer a callback: 200 as soon as it is on the disk."""
        try:
            payload = payload_of(request, await verified_body(request, self._options))
            event = callback_event(payload, include_url=self._options.include_url)
            event["meta"]["received_at"] = _now(time.time())
            with self._connections.answering(request.protocol):
                outcome = await self._keep(event)
        except RefusedError as error:
            self._counts["unavailable" if error.status == 503 else "refused"] += 1  # noqa: PLR2004
            logger.warning("Refused a request from %s with %d: %s.", request.remote, error.status, error.reason)
            headers = {"Allow": "POST"} if error.status == 405 else {}  # noqa: PLR2004
            return _response(error.status, {"error": error.reason}, headers)
        except Exception as error:  # noqa: BLE001 # pylint: disable=broad-exception-caught # its text could have what was posted.
            logger.error("A request from %s failed: %s.", request.remote, type(error).__name__)  # noqa: TRY400
            return _response(500, {"error": "internal error"})
        self._counts[outcome] += 1
        self._last = time.time()
        return _response(200, {"outcome": outcome})

    async def _keep(self, event: dict[str, Any]) -> str:
        """Return once the event is on the disk. Events that come together share a commit."""
        if len(self._waiting) >= self._options.max_pending:
            raise RefusedError(503, "max_pending callbacks wait for the disk")
        stored: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._waiting.append((event, stored))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        try:
            outcome = await stored
        except SpoolError as error:
            raise RefusedError(503, f"the spool cannot be written: {error}") from error
        if outcome == "full":
            raise RefusedError(503, f"{self._options.max_pending} callbacks are pending (max_pending)")
        return outcome

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                outcomes: list[Any] = await self._in_thread(self._spool.store, [event for event, _stored in batch])
            except Exception as error:  # noqa: BLE001 # pylint: disable=broad-exception-caught # whatever it is, those who wait must be answered.
                outcomes = [error if isinstance(error, SpoolError) else SpoolError(type(error).__name__)] * len(batch)
            for (_event, stored), outcome in zip(batch, outcomes):  # noqa: B905 - Python 3.9 has no strict.
                if not stored.done():
                    (stored.set_exception if isinstance(outcome, Exception) else stored.set_result)(outcome)
            self._loop.call_soon_threadsafe(self._stored.set)

    async def _in_thread(self, function: Any, *args: object) -> Any:  # noqa: ANN401
        # Shielded: what was emitted is recorded even if the source is stopped at this moment.
        return await asyncio.shield(asyncio.get_running_loop().run_in_executor(self._thread, function, *args))

    async def emit(self) -> None:
        """Move from the spool to the queue what is pending, and what comes. What a restart finds comes first."""
        position = 0
        while True:
            self._stored.clear()
            found = await self._retried(self._spool.next, position)
            if found is None:
                await self._stored.wait()
                continue
            position, event = found
            await self._queue.put(event)
            # Should this process be killed right here, the event is emitted again, with the same meta.uuid.
            if await self._confirmed(event):
                await self._retried(self._spool.emitted, position)
                self._counts["emitted"] += 1

    async def _retried(self, function: Any, *args: object) -> Any:  # noqa: ANN401
        while True:
            try:
                return await self._in_thread(function, *args)
            except SpoolError as error:
                logger.error("The spool cannot be read or written: %s. Trying again.", error)  # noqa: TRY400
                await asyncio.sleep(RETRY)

    async def _confirmed(self, event: dict[str, Any]) -> bool:
        """Return whether the engine has the event. Without feedback, it has all that was put into its queue."""
        identity = event["meta"]["uuid"]
        try:
            while self._feedback:
                seen = await asyncio.wait_for(self._feedback.get(), FEEDBACK_TIMEOUT)
                if seen.get("meta", {}).get("uuid") == identity:
                    break
        except asyncio.TimeoutError:  # noqa: UP041 - as Python 3.9 and 3.10 have it.
            logger.error(  # noqa: TRY400
                "The engine has not confirmed event %s within %d seconds. It is emitted again after a restart.",
                identity,
                FEEDBACK_TIMEOUT,
            )
            return False
        return True

    async def health(self, _request: web.Request) -> web.Response:
        """Answer how the source is: 503 if it would not take a callback."""
        try:
            pending, oldest = await self._in_thread(self._spool.pending)
        except SpoolError as error:
            return _response(503, {"status": "unavailable", "error": str(error)})
        full = pending >= self._options.max_pending
        report = {
            "status": "full" if full else "ok",
            "pending": pending,
            "oldest_pending_seconds": None if oldest is None else round(max(0.0, time.time() - oldest), 3),
            "last_callback": self._last and _now(self._last),
            **self._counts,
        }
        return _response(503 if full else 200, report)

    async def run(self) -> None:
        """Serve and emit until cancelled.

        Callbacks are answered in a thread of their own: the engine blocks the loop of this one whenever it works.
        """
        serving = asyncio.new_event_loop()
        thread = threading.Thread(target=serving.run_forever, name="callbacks", daemon=True)
        thread.start()
        try:
            await _in_loop(serving, self._start())
            await self.emit()
        finally:
            await _in_loop(serving, self._stop())
            serving.call_soon_threadsafe(serving.stop)
            thread.join()
            self._thread.shutdown()
            self._spool.close()

    def _make_runner(self) -> web.AppRunner:
        app = web.Application(client_max_size=LARGEST)
        app.router.add_route("*", self._options.path, self.callback)
        app.router.add_get("/healthz", self.health)
        # Its access log would have query strings, and its log of errors what strangers send.
        silent = logging.Logger("silent")  # noqa: LOG001
        silent.disabled = True
        return web.AppRunner(app, access_log=None, logger=silent)

    async def _start(self) -> None:
        host, port = self._options.host, self._options.port
        self._listener = socket.create_server(
            (host, port),
            family=socket.AF_INET6 if ":" in host else socket.AF_INET,
        )
        self._listener.settimeout(0)
        await self._runner.setup()
        self._accepting = asyncio.create_task(self._connections.accept(self._listener, self._runner.server))
        logger.info("Listening on %s", self._listener.getsockname())

    async def _stop(self) -> None:
        if self._accepting:
            self._accepting.cancel()
        if self._listener:
            self._listener.close()
        await self._runner.cleanup()


async def _in_loop(loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, None]) -> None:
    await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(coroutine, loop))


def most_connections() -> int:
    """Return how many connections may be open: no more than half of the files of this process. The rest is for playbooks."""
    files, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST if files < 0 else max(1, min(MOST, files // 2))


class Connections:
    """The open connections: at most most_connections() at a time, each for at most SLOW seconds.

    Otherwise whoever opens many, or sends slowly, would take the file descriptors that playbooks need. aiohttp bounds neither
    their number nor the time of a TLS handshake.

    At the limit, a new one waits, and all behind it in the system's queue, until one ends or one that has not sent a signed
    callback within LOOKS looks is closed: the oldest of the network that has the most, so whoever floods the receiver closes
    their own. One whose callback is being stored is not closed.
    """

    def __init__(self, tls: ssl.SSLContext | None) -> None:
        """Take the context for HTTPS."""
        self._tls = tls
        self._most = most_connections()
        # By their protocols, the oldest first: the socket, its network, and how many looks there had been.
        self._open: dict[Any, tuple[socket.socket, str, int]] = {}
        self._looks = 0
        self._answering: set[Any] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    @contextlib.contextmanager
    def answering(self, protocol: Any) -> Iterator[None]:  # noqa: ANN401
        """Keep the connection of a protocol open meanwhile."""
        self._answering.add(protocol)
        try:
            yield
        finally:
            self._answering.discard(protocol)

    async def accept(self, listener: socket.socket, server: Any) -> None:  # noqa: ANN401
        """Accept connections until cancelled. `server` makes a protocol for each."""
        try:
            while True:
                await self._accept(listener, server)
                # If many come, accepting them never waits by itself.
                await asyncio.sleep(0)
        finally:
            for task in self._tasks:
                task.cancel()

    async def _accept(self, listener: socket.socket, server: Any) -> None:  # noqa: ANN401
        loop = asyncio.get_running_loop()
        try:
            accepted, address = await loop.sock_accept(listener)
        except OSError as error:
            logger.error("No connection can be accepted: %s. Trying again.", why(error))  # noqa: TRY400
            await asyncio.sleep(RETRY)
            return
        try:
            while not self._has_room():
                await asyncio.sleep(LOOK)
                self._looks += 1
        except asyncio.CancelledError:
            accepted.close()
            raise
        protocol = server()
        self._open[protocol] = accepted, _network(address[0]), self._looks
        loop.call_later(SLOW, self._end, protocol, accepted)
        task = loop.create_task(self._serve(accepted, protocol))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _has_room(self) -> bool:
        """Return whether one more may be open; close the oldest one for it if that is fair."""
        if len(self._open) >= self._most:
            self._open = {protocol: one for protocol, one in self._open.items() if one[0].fileno() >= 0}
        if len(self._open) < self._most:
            return True
        idle = {protocol: one for protocol, one in self._open.items() if protocol not in self._answering}
        networks = collections.Counter(network for _socket, network, _looks in idle.values())
        stale = [protocol for protocol, one in idle.items() if one[2] + LOOKS <= self._looks]
        if not stale:
            return False
        # Of as many, the oldest: max gives the first one.
        _shut(self._open.pop(max(stale, key=lambda protocol: networks[idle[protocol][1]]))[0])
        return True

    def _end(self, protocol: Any, accepted: socket.socket) -> None:  # noqa: ANN401
        if protocol not in self._answering:
            _shut(accepted)

    async def _serve(self, accepted: socket.socket, protocol: Any) -> None:  # noqa: ANN401
        # A client that speaks no TLS, or that has left, is no concern of the log.
        with contextlib.suppress(OSError):
            await asyncio.get_running_loop().connect_accepted_socket(lambda: protocol, accepted, ssl=self._tls)


def _network(address: str) -> str:
    """Return what one client has of addresses: an address of IPv4, 64 bits of one of IPv6."""
    return str(ipaddress.ip_network((address.partition("%")[0], 64), strict=False)) if ":" in address else address


def _shut(connection: socket.socket) -> None:
    # Its transport sees the end, whether in a handshake, in a request or in a reply, and closes it.
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def _response(status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> web.Response:
    response = web.json_response(body, status=status, headers=headers)
    response.force_close()
    return response


def _now(seconds: float) -> str:
    return dt.datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


async def main(queue: asyncio.Queue[Any], args: dict[str, Any]) -> None:
    """Receive callbacks, as ansible-rulebook calls it."""
    options, confirmed = read_options(args), args.get("eda_feedback_queue")
    if options.feedback and confirmed is None:
        message = "feedback needs ansible-rulebook with --persistence-id."
        raise OptionError(message)
    await Receiver(options, queue, confirmed).run()
