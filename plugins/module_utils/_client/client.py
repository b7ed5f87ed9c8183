# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API as one task sees it: requests wait while they must, and lists come whole."""

from __future__ import annotations

import re
import time
import typing as t
from urllib.parse import quote, urljoin, urlsplit

from .._base.errors import Failure, NoReply, RequestFailed
from .._base.urls import decoded
from .._telnyx.failure import failure_of, is_success, sentences
from .._telnyx.identity import mismatch
from .._telnyx.operation import Operation, Request, build
from .._telnyx.reply import Reply
from . import messages
from .clock import ServerClock
from .rate_limit import RateLimit
from .recordings import Recordings

if t.TYPE_CHECKING:
    from .._wire.connection import Connection
    from .._wire.transport import Transport

# A list with more leads nowhere.
MAX_PAGES = 10_000
# What is asked for, where a list can be: the API's pages have 20 objects otherwise.
MAX_ON_PAGE = 1_000
# The API refuses the size of a page, whose bounds are not documented.
_REFUSED_SIZE = (400, 422)
# An idempotent request may be repeated (RFC 9110, section 9.2.2), so one whose outcome is uncertain is sent again.
TRIES = 3


class Client:
    """What the requests of one task share: the connections, the pause, and the API's clock.

    `seconds` is how long the task may wait in total, before requests that had no effect are sent again. With `read_only`,
    as in check mode, only safe methods can be sent (RFC 9110, section 9.2.1).
    """

    def __init__(self, transport: Transport, connection: Connection, seconds: float, read_only: bool) -> None:
        self._transport = transport
        self._read_only = read_only
        self.stopped = False
        self.connection = connection
        self.rate_limit = RateLimit(seconds)
        self.clock = ServerClock()
        self.recordings = Recordings(self)

    def stop(self) -> None:
        """Send nothing more: the task has ended, and its threads may go on."""
        self.stopped = True

    def request(
        self,
        operation: Operation,
        form: t.Mapping[str, t.Any] | None = None,
        query: t.Mapping[str, t.Any] | None = None,
        **sids: str | bytes,
    ) -> Request:
        """Return the request for an operation of this account."""
        names = {"account_sid": self.connection.account_sid, **sids}
        return build(operation, self.connection.base_url, names, dict(form or {}), query)

    def attempts(self, request: Request) -> t.Iterator[Attempt]:
        """Give an attempt at a request, and another one as long as the last had no effect and may be repeated.

        Waits for the rate limit before each. Raises NoReply if nothing may be sent.
        """
        if self._read_only and request.method != "GET":
            raise RuntimeError(f"A {request.method} in check mode")
        while True:
            closed = self.rate_limit.wait()
            if closed:
                raise NoReply(messages.RATE_LIMITED.format(closed), sent=False, advice=messages.WAIT)
            if self.stopped:
                raise NoReply(messages.ENDED, sent=False, lasting=True)
            attempt = Attempt(self, self._transport, request)
            yield attempt
            if not attempt.repeatable:
                return

    def send(self, request: Request) -> Reply:
        """Send a request, again only if it had no effect, and return the reply. Raises NoReply."""
        for attempt in self.attempts(request):
            reply = attempt.send()
            if reply:
                return reply
        raise AssertionError("an attempt has a reply, raises, or is repeated")

    def read(self, request: Request, tries: int = 1) -> dict[str, t.Any]:
        """Return the object that the API replies with. Raises RequestFailed; an uncertain failure only after all `tries`."""
        try:
            return self._read(request)
        except RequestFailed as problem:
            if tries == 1 or problem.certain:
                raise
        return self.read(request, tries - 1)

    def _read(self, request: Request) -> dict[str, t.Any]:
        try:
            reply = self.send(request)
        except NoReply as failure:
            raise _unanswered(failure) from failure
        if not is_success(reply) or reply.json is None:
            raise failure_of(reply)
        return reply.json

    def each(self, request: Request, pages: int = MAX_PAGES, size: int | None = None) -> t.Iterator[dict[str, t.Any]]:
        """Give the objects of all pages of a list, and ask for a page only when it is needed. Raises RequestFailed.

        The pages are followed by the API's own links, to the same path and never in a circle, and no more than `pages`.
        `size` is how many objects a page is asked to have, unless the API refuses that.
        """
        name = request.listed or ""
        request, page = self._first_page(request, size)
        seen = set()
        while True:
            seen.add(request.url)
            objects = page.get(name)
            if not isinstance(objects, list) or not set(map(type, objects)) <= {dict}:
                raise _unreadable(messages.NOT_A_LIST.format(name))
            if len(objects) > MAX_ON_PAGE:
                raise _unreadable(messages.TOO_FULL.format(len(objects), name, MAX_ON_PAGE))
            yield from objects
            link = page.get("next_page_uri") or _cursor_link(page)
            if not link:
                return
            url = _next(request.url, link)
            if url is None or url in seen or len(seen) >= pages:
                raise _unreadable(messages.ENDLESS)
            request = request._replace(url=url)
            page = self.read(request)

    def _first_page(self, request: Request, size: int | None) -> tuple[Request, dict[str, t.Any]]:
        """Return the first page of a list, and the request that it replies to. Raises RequestFailed."""
        if size:
            sized = request._replace(url=f"{request.url}{'&' if '?' in request.url else '?'}PageSize={size}")
            try:
                return sized, self.read(sized)
            except RequestFailed as problem:
                if problem.failure.http_status not in _REFUSED_SIZE and not problem.too_large:
                    raise
        return request, self.read(request)

    def repeat(self, request: Request) -> t.Iterator[RequestFailed | None]:
        """Send an idempotent request up to TRIES times; give None when it succeeded, and what made a try uncertain.

        Raises RequestFailed for one that certainly had no effect.
        """
        for _try in range(TRIES):
            try:
                reply = self.send(request)
            except NoReply as failure:
                if not failure.sent:
                    raise _unanswered(failure) from failure
                yield _unanswered(failure)
                continue
            if is_success(reply):
                yield None
                continue
            problem = failure_of(reply)
            if problem.certain:
                raise problem
            yield problem

    def identify(self, request: Request, found: t.Mapping[str, t.Any]) -> None:
        """Raise NoReply if an object that came back is not what was asked for: its connection cannot be trusted."""
        field = mismatch(request, found)
        if field:
            self._transport.renew()
            raise NoReply(messages.OTHER_REPLY.format(field), sent=True)


class Attempt:
    """One attempt at a request."""

    def __init__(self, client: Client, transport: Transport, request: Request) -> None:
        self._client = client
        self._transport = transport
        self._request = request
        self.sent = client.clock.now()
        """The Unix time of this host at which it is sent."""
        self.repeatable = False
        """It had no effect, and another one may be made."""

    def send(self) -> Reply | None:
        """Return the reply, or None if another attempt is to be made. Raises NoReply."""
        client = self._client
        if client.stopped:
            # While the intent was being recorded.
            raise NoReply(messages.ENDED, sent=False, lasting=True)
        if client.rate_limit.remaining:
            # Announced meanwhile.
            self.repeatable = True
            return None
        begun, sent = time.monotonic(), client.clock.now()
        try:
            reply = self._transport.send(self._request)
        except NoReply as failure:
            self.repeatable = not (failure.sent or failure.lasting) and client.rate_limit.refused(begun, {})
            if not self.repeatable:
                raise
            return None
        client.clock.note(reply.headers, sent, client.clock.now())
        if reply.status != 429:
            client.rate_limit.accepted(begun, reply.headers)
            client.identify(self._request, reply.json or {})
            return reply
        self.repeatable = client.rate_limit.refused(begun, reply.headers)
        return None if self.repeatable else reply


def _unanswered(failure: NoReply) -> RequestFailed:
    return RequestFailed(Failure(sentences(str(failure), failure.advice)), certain=not failure.sent and failure.lasting)


def _unreadable(reason: str) -> RequestFailed:
    return RequestFailed(Failure(sentences(reason)), certain=False)


def _cursor_link(page: dict[str, t.Any]) -> t.Any:
    """Return the link to the next page of a list that pages by cursors, or one made of its cursor if it has none."""
    meta = page.get("meta")
    if not isinstance(meta, dict):
        return None
    if "next" in meta:
        return meta["next"]
    cursors = meta.get("cursors")
    after = cursors.get("after") if isinstance(cursors, dict) else None
    return f"?page%5Bafter%5D={quote(after, safe='')}" if after and isinstance(after, str) else None


def _next(url: str, link: t.Any) -> str | None:
    """Return the address that a link on a page leads to, or None if it is no link, or leads to another host or path.

    The links of some lists have .json at the end of the path, although the description has it without.
    """
    try:
        joined = urljoin(url, link)
        here, there = urlsplit(url), urlsplit(joined)
        same = here[:2] == there[:2] and _path(here.path) == _path(there.path)
        return joined if same else None
    except (TypeError, ValueError, AttributeError):
        return None


def _path(path: str) -> bytes:
    return re.sub(rb"\.json\Z", b"", decoded(path))
