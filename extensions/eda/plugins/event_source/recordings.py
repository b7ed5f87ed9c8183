# pylint: disable=line-too-long
# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""List the recordings of an account again and again, and emit each status of each of them."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import email.utils
import hashlib
import ipaddress
import json
import logging
import os
import re
import sqlite3
import time
import urllib.parse
import urllib.request
import uuid
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import aiohttp
from yarl import URL

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from typing import Self

DOCUMENTATION = r"""
---
short_description: Poll the recordings of an account
version_added: 1.0.0
author:
  - voiceops.telnyx contributors (@voiceops)
description:
  - Lists the recordings of the account again and again, and emits an event for each recording and status.
  - With O(state), each event is emitted once. If the process is killed just when it has emitted an event, or if O(state)
    could not be written, a restart emits this event again, with the same C(meta.uuid). Without O(state), each event is emitted
    once in each run.
  - It needs no open port and no public key, and catches up after downtime. Events come up to O(interval) seconds later than
    with the source P(voiceops.telnyx.callback#event_source).
  - It waits for the rate limit, for as long as the API asks. After any other error, it reports the error in the log of
    ansible-rulebook and lists again after O(interval) seconds.
  - Events are as those of P(voiceops.telnyx.callback#event_source), with the same C(event.meta.uuid) for the same status of the
    same recording. C(event.payload) is the recording as the API lists it, but for two things. Links are left out, that is fields
    whose names end in C(url) or C(urls). If a text or a name has the beginning of a Jinja2 template, which a caller may have
    chosen, a space is put behind its first brace.
options:
  api_key:
    description:
      - The API key (V2) of the Telnyx account.
      - If it is not set, the environment variable E(TELNYX_API_KEY) is used.
    type: str
    required: true
  account_sid:
    description:
      - The organization ID of the Telnyx account.
      - If it is not set, the environment variable E(TELNYX_ACCOUNT_SID) is used.
    type: str
    required: true
  base_url:
    description:
      - The URL of the API. It must be C(https), except for a loopback host.
      - If it is not set, the environment variable E(TELNYX_BASE_URL) is used.
    type: str
    default: https://api.telnyx.com/v2
  interval:
    description:
      - How many seconds, from 1 to 86400, to wait between two lists.
    type: int
    default: 60
  since:
    description:
      - How old a recording may be, by the time at which it was created, in seconds or with C(s), C(m), C(h) or C(d) behind the
        number, from 60 seconds to 3650 days.
      - With O(state), it is counted back from the last time that the list was read to its end, so downtime is caught up.
      - It must be longer than the longest recording. A recording is listed by the time at which it began.
    type: str
    default: 24h
  status:
    description:
      - Of which statuses to emit events.
    type: list
    elements: str
    choices: [completed, absent, in-progress, paused, stopped]
    default: [completed, absent]
  state:
    description:
      - A file that records what was emitted. It is created if it does not exist.
      - Without it, everything since O(since) is emitted when the source starts. Each source needs a file of its own.
    type: path
notes:
  - E(HTTPS_PROXY) and E(NO_PROXY) are used, but not for loopback hosts. E(HOME)/.netrc is not read.
requirements:
  - aiohttp
"""

EXAMPLES = r"""
- name: Each recording that is complete
  voiceops.telnyx.recordings:
    api_key: "{{ api_key }}"
    account_sid: "{{ account_sid }}"
    state: /var/lib/telnyx/recordings.sqlite

- name: Also what is being recorded, looked for every ten seconds
  voiceops.telnyx.recordings:
    interval: 10
    status: [in-progress, completed, absent]
    since: 7d
    state: /var/lib/telnyx/recordings.sqlite
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

OPTIONS = ("api_key", "account_sid", "base_url", "interval", "since", "status", "state")
STATUSES = ("completed", "absent", "in-progress", "paused", "stopped")
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
DAY = 86400
# Of since: in seconds, and in days.
SHORTEST, LONGEST = 60, 3650
# Seconds to wait for a reply.
TIMEOUT = 30
PAGE_SIZE = 100
# A list with more pages leads nowhere.
MOST_PAGES = 10_000
# Bytes of a reply. A page has some 100 KiB.
LARGEST = 4 * 1024 * 1024
TOO_LARGE = "the reply is larger than {} bytes"
# Seconds to wait after a 429 that gives no time, and at most; and how many of them end a poll.
PAUSE, LONGEST_PAUSE, MOST_PAUSES = 5, 3600, 20


class PollError(Exception):
    """The list could not be read to its end. The text has nothing that is secret."""


class Options(NamedTuple):
    """The options of the source, checked."""

    api_key: str
    base_url: str
    account_sid: str
    interval: int
    since: int
    status: tuple[str, ...]
    state: Path | None


def read_options(args: dict[str, Any]) -> Options:
    """Return the options, or raise OptionError."""
    check_options(args, OPTIONS)
    api_key = option(args, "api_key", "TELNYX_API_KEY")
    if not re.fullmatch(r"[!-~]+", api_key):
        message = "api_key must be printable ASCII without spaces."
        raise OptionError(message)
    return Options(
        api_key=api_key,
        base_url=_base_url(args.get("base_url") or os.environ.get("TELNYX_BASE_URL") or "https://api.telnyx.com/v2"),
        account_sid=option(args, "account_sid", "TELNYX_ACCOUNT_SID"),
        interval=number_option(args, "interval", 60, (1, DAY)),
        since=_since(args.get("since")),
        status=_statuses(args.get("status") or ["completed", "absent"]),
        state=Path(option(args, "state")).expanduser() if args.get("state") else None,
    )


def _base_url(given: object) -> str:
    try:
        url = urllib.parse.urlsplit(str(given))
        usable = url.scheme in ("http", "https") and url.hostname and (url.port or 0) >= 0
    except ValueError:
        usable = None
    if not usable or re.search("[@?#]", str(given)):
        message = f"base_url must be an https URL, such as https://api.telnyx.com/v2, not {_masked(str(given))}."
        raise OptionError(message)
    if url.scheme == "http" and not _is_loopback(url.hostname or ""):
        message = (
            f"base_url must be https, except for a loopback host: {shown(given)} would send the key in plain text."
        )
        raise OptionError(message)
    return str(given).rstrip("/")


def _masked(url: str) -> str:
    """Return a URL for a log, without what may be a credential in it."""
    without_user = re.sub(r"^(\w+://)?.*@", r"\1***@", url, flags=re.DOTALL)
    return shown(re.sub(r"([?#]).*", r"\1***", without_user, flags=re.DOTALL))


def _is_loopback(host: str) -> bool:
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


def _since(given: object) -> int:
    found = re.fullmatch(r"(\d{1,9})([smhd]?)", "24h" if given in (None, "") else str(given), re.ASCII)
    seconds = int(found[1]) * UNITS[found[2] or "s"] if found else 0
    if not SHORTEST <= seconds <= LONGEST * DAY:
        message = (
            f"since must be from {SHORTEST} seconds to {LONGEST} days, with s, m, h or d behind the number such as 24h,"
            f" not {shown(given)}."
        )
        raise OptionError(message)
    return seconds


def _statuses(given: object) -> tuple[str, ...]:
    wanted = given if isinstance(given, list) else [given]
    for one in wanted:
        if one not in STATUSES:
            message = f"status must be one or more of {', '.join(STATUSES)}, not {shown(one)}."
            raise OptionError(message)
    return tuple(wanted)


class State:
    """Which events were emitted, and when the list was last read to its end; in a file, or in memory only.

    What cannot be written is known in this run all the same. What reads raises sqlite3.Error.
    """

    def __init__(self, path: Path | None) -> None:
        """Open the file, which is made if it does not exist; raise OptionError if that fails."""
        self._unwritten: dict[str, float] = {}
        try:
            if path:
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            self._database = sqlite3.connect(path or ":memory:", isolation_level=None)
            for statement in (
                "PRAGMA synchronous = FULL",
                # Exclusive: two sources with one file would emit each recording twice. The lock is kept from BEGIN on.
                "PRAGMA locking_mode = EXCLUSIVE",
                "BEGIN EXCLUSIVE",
                "CREATE TABLE IF NOT EXISTS emitted (uuid TEXT PRIMARY KEY, at REAL NOT NULL)",
                "CREATE TABLE IF NOT EXISTS polled (id INTEGER PRIMARY KEY, at REAL NOT NULL)",
                "COMMIT",
            ):
                self._database.execute(statement)
        except (OSError, sqlite3.Error) as error:
            message = unusable("state", path or Path(":memory:"), error)
            raise OptionError(message) from error

    def has(self, identity: str) -> bool:
        """Return whether an event was emitted."""
        known = self._database.execute("SELECT 1 FROM emitted WHERE uuid = ?", (identity,)).fetchone()
        return identity in self._unwritten or known is not None

    def add(self, identity: str) -> None:
        """Record that an event was emitted."""
        self._unwritten[identity] = time.time()
        self._write()

    def polled(self) -> float | None:
        """Return when the list was last read to its end."""
        row = self._database.execute("SELECT at FROM polled").fetchone()
        return row and float(row[0])

    def complete(self, at: float, since: float) -> None:
        """Record that the list was read to its end, and forget what cannot be listed again."""
        self._write(
            ("INSERT OR REPLACE INTO polled VALUES (0, ?)", at),
            ("DELETE FROM emitted WHERE at < ?", since - DAY),
        )

    def _write(self, *statements: tuple[str, float]) -> None:
        """Write what is not written yet, and run statements with their value. If that fails, the next event tries again."""
        try:
            self._database.executemany("INSERT OR IGNORE INTO emitted VALUES (?, ?)", list(self._unwritten.items()))
            self._unwritten.clear()
            for statement, value in statements:
                self._database.execute(statement, (value,))
        except sqlite3.Error as error:
            logger.error(  # noqa: TRY400
                "The state cannot be written: %s. A restart would emit events again that were emitted since.",
                why(error),
            )

    def close(self) -> None:
        """Close the file."""
        self._database.close()


class Api:
    """The list of recordings. Its methods raise PollError."""

    def __init__(self, options: Options) -> None:
        """Take the checked options; use it as a context manager."""
        self._options = options
        parts = urllib.parse.urlsplit(options.base_url)
        # The environment is read here: aiohttp would also take credentials from .netrc.
        direct = _is_loopback(parts.hostname or "") or urllib.request.proxy_bypass(parts.hostname or "")
        self._proxy = None if direct else urllib.request.getproxies().get(parts.scheme)
        headers = {
            "Authorization": f"Bearer {options.api_key}",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
        }
        timeout = aiohttp.ClientTimeout(total=TIMEOUT)
        self._session = aiohttp.ClientSession(headers=headers, timeout=timeout, trust_env=False, auto_decompress=False)

    async def __aenter__(self) -> Self:
        """Open the connections, when they are needed."""
        return self

    async def __aexit__(self, *_error: object) -> None:
        """Close the connections."""
        await self._session.close()

    async def pages(self, since: float) -> AsyncIterator[list[Any]]:
        """Give the recordings that were created since a Unix time, page by page.

        The pages are followed by the API's own links, to the same path and never in a circle, and no more than MOST_PAGES.
        """
        account = urllib.parse.quote(self._options.account_sid, safe="")
        created = dt.datetime.fromtimestamp(since, UTC).strftime(">=%Y-%m-%dT%H:%M:%SZ")
        query = urllib.parse.urlencode({"PageSize": PAGE_SIZE, "DateCreated": created})
        url: str | None = f"{self._options.base_url}/texml/Accounts/{account}/Recordings.json?{query}"
        seen: set[str] = set()
        while url:
            if url in seen:
                message = "the list leads back to a page that was read"
                raise PollError(message)
            if len(seen) >= MOST_PAGES:
                message = f"the list has more than {MOST_PAGES} pages"
                raise PollError(message)
            seen.add(url)
            page = await self._get(url)
            if not isinstance(page.get("recordings"), list):
                message = "the reply has no list of recordings"
                raise PollError(message)
            yield page["recordings"]
            url = _next(url, page.get("next_page_uri"))

    async def _get(self, url: str) -> dict[str, Any]:
        for _attempt in range(MOST_PAUSES):
            status, headers, body = await self._send(url)
            if status == 429:  # noqa: PLR2004
                pause = _pause(headers)
                logger.warning("Rate limited: the API is asked again in %.0f seconds.", pause)
                await asyncio.sleep(pause)
                continue
            try:
                page = json.loads(body)
            except (ValueError, RecursionError):
                page = None
            if not 200 <= status < 300:  # noqa: PLR2004
                raise PollError(self._refusal(status, page))
            if not isinstance(page, dict):
                message = f"the reply (HTTP {status}) is not a JSON object"
                raise PollError(message)
            return page
        message = f"rate limited {MOST_PAUSES} times"
        raise PollError(message)

    async def _send(self, url: str) -> tuple[int, Mapping[str, str], bytes]:
        # What the API has encoded stays as it is.
        target = URL(url, encoded=True)
        try:
            async with self._session.get(target, allow_redirects=False, proxy=self._proxy) as response:
                return response.status, response.headers, await _body(response)
        except asyncio.TimeoutError:  # noqa: UP041 - as Python 3.9 and 3.10 have it.
            message = f"no reply within {TIMEOUT} seconds"
            raise PollError(message) from None
        except aiohttp.ClientConnectorError as error:
            message = f"no connection: {shown(error.os_error.strerror or str(error.os_error))}"
            raise PollError(message) from None
        except (aiohttp.ClientError, OSError) as error:
            # The text could have the credentials of a proxy.
            message = f"the request failed: {type(error).__name__}"
            raise PollError(message) from None

    def _refusal(self, status: int, page: object) -> str:
        errors = page.get("errors") if isinstance(page, dict) else None
        first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
        detail = str(first.get("detail") or first.get("title") or "no reason given").replace(
            self._options.api_key,
            "***",
        )
        causes = {
            401: "; check api_key",
            403: "; check api_key",
            404: "; check account_sid: the organization ID is wanted",
        }
        return f"HTTP {status}: {shown(detail)}{causes.get(status, '')}"


def _next(url: str, link: object) -> str | None:
    """Return the URL that a link on a page leads to, or None if there is none. It must have the same host and path.

    The links of some lists have .json at the end of the path, although the description has it without.
    """
    if not link:
        return None
    try:
        joined = urllib.parse.urljoin(url, str(link))
        here, there = urllib.parse.urlsplit(url), urllib.parse.urlsplit(joined)
        same = here[:2] == there[:2] and _path(here.path) == _path(there.path)
    except ValueError:
        same = False
    if not same:
        message = "the link to the next page leads to another host or path"
        raise PollError(message)
    return joined


def _path(path: str) -> str:
    return re.sub(r"\.json\Z", "", urllib.parse.unquote(path))


async def _body(response: aiohttp.ClientResponse) -> bytes:
    """Return the body of a reply, of which no more than LARGEST bytes are read; raise PollError."""
    body = bytearray()
    async for chunk in response.content.iter_chunked(65536):
        body += chunk
        if len(body) > LARGEST:
            raise PollError(TOO_LARGE.format(LARGEST))
    return _decoded(bytes(body), response.headers.get("Content-Encoding", "identity").strip().lower())


def _decoded(body: bytes, coding: str) -> bytes:
    """Undo a coding that nobody asked for, up to the limit: a few bytes can stand for very many."""
    if coding == "identity":
        return body
    if coding not in ("gzip", "x-gzip", "deflate"):
        message = f"the reply has the coding {shown(coding)}, which was not asked for"
        raise PollError(message)
    decoder = zlib.decompressobj(zlib.MAX_WBITS | 32)
    try:
        decoded = decoder.decompress(body, LARGEST)
    except zlib.error:
        message = "the reply cannot be decompressed"
        raise PollError(message) from None
    if not decoder.eof:
        raise PollError(TOO_LARGE.format(LARGEST) if len(decoded) >= LARGEST else "the reply breaks off")
    return decoded


def _pause(headers: Mapping[str, str]) -> float:
    """Return how many seconds the API wants to be left alone: Retry-After has seconds or a date."""
    for name in ("Retry-After", "x-ratelimit-reset"):
        given = headers.get(name)
        seconds, until = number(given), moment(given)
        if seconds is None and until:
            seconds = until.timestamp() - time.time()
        if seconds is not None:
            return min(max(seconds, 1.0), LONGEST_PAUSE)
    return PAUSE


def recording_event(recording: dict[str, Any]) -> dict[str, Any]:
    """Return the event of a recording of the list."""
    things = {"recording": recording}
    if recording.get("call_sid"):
        things["call"] = {"sid": recording["call_sid"]}
    return event_of("recording", things, recording)


async def poll(api: Api, state: State, options: Options, queue: asyncio.Queue[Any]) -> int:
    """Emit what is new, and return how many events that were; raise PollError."""
    now = time.time()
    since = min(now, state.polled() or now) - options.since
    count = 0
    async for recordings in api.pages(since):
        for recording in recordings:
            event = _wanted(recording, options, since)
            if event is None or state.has(event["meta"]["uuid"]):
                continue
            await queue.put(event)
            state.add(event["meta"]["uuid"])
            count += 1
    state.complete(now, since)
    return count


def _wanted(recording: object, options: Options, since: float) -> dict[str, Any] | None:
    """Return the event of something in the list if it is one that was asked for."""
    if not isinstance(recording, dict) or not text(recording.get("sid")):
        logger.warning("The list has something that is no recording.")
        return None
    try:
        event = recording_event(recording)
    except Exception as error:  # noqa: BLE001 # pylint: disable=broad-exception-caught # one must not keep the others back.
        # Its text could have what the API sent.
        logger.warning("A recording of the list is left out: %s.", type(error).__name__)
        return None
    return event if event["recording"]["status"] in options.status and not _is_older(event, since) else None


def _is_older(event: dict[str, Any], since: float) -> bool:
    """Return whether a recording is older than was asked for: a filter that is ignored would list all there are."""
    created = moment(event["recording"]["date_created"])
    return created is not None and created.timestamp() < int(since)


async def main(queue: asyncio.Queue[Any], args: dict[str, Any]) -> None:
    """Emit recordings, as ansible-rulebook calls it."""
    options = read_options(args)
    state = State(options.state)
    try:
        async with Api(options) as api:
            while True:
                try:
                    count = await poll(api, state, options, queue)
                    logger.info("Listed the recordings: %d events.", count)
                except (PollError, sqlite3.Error) as error:
                    logger.error(  # noqa: TRY400
                        "The recordings were not listed to the end: %s. The next attempt is in %d seconds.",
                        error,
                        options.interval,
                    )
                except Exception as error:  # noqa: BLE001 # pylint: disable=broad-exception-caught # the source goes on, whatever happens.
                    logger.error(  # noqa: TRY400 - the text could have what the API sent.
                        "Listing the recordings failed: %s. The next attempt is in %d seconds.",
                        type(error).__name__,
                        options.interval,
                    )
                await asyncio.sleep(options.interval)
    finally:
        state.close()
