# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module is private to this collection and can change at any time.

"""The API as one task sees it: requests wait while they must, and lists come whole."""

from __future__ import annotations

import time
import typing as t
from urllib.parse import urljoin, urlsplit

from ansible_collections.voiceops.telnyx.plugins.module_utils._clock import ServerClock
from ansible_collections.voiceops.telnyx.plugins.module_utils._identity import mismatch
from ansible_collections.voiceops.telnyx.plugins.module_utils._operation import Request
from ansible_collections.voiceops.telnyx.plugins.module_utils._rate_limit import RateLimit
from ansible_collections.voiceops.telnyx.plugins.module_utils._reply import NoReply, Reply
from ansible_collections.voiceops.telnyx.plugins.module_utils._urls import meaning

if t.TYPE_CHECKING:
    from ansible_collections.voiceops.telnyx.plugins.module_utils._transport import Transport

# A list with more leads nowhere.
MAX_PAGES = 10_000
# What is asked for, where a list can be: the API's pages have 20 objects otherwise.
MAX_ON_PAGE = 1_000
# The API refuses the size of a page, whose bounds are not documented.
_REFUSALS = (400, 422)
# Of a list of one call.
CALL_PAGES = 50


class Unreadable(Exception):
    """Something that could not be read whole. `reply` is what the API answered instead, if it answered."""

    def __init__(self, reason: str, reply: Reply | None = None) -> None:
        super().__init__(reason)
        self.reply = reply


class Api:
    """What the requests of one task share: the connections, the pause, and the API's clock.

    `seconds` is how long the task may wait in all, before requests that had no effect are sent again. With `read_only`, as
    in check mode, only safe methods can be sent (RFC 9110, section 9.2.1).
    """

    def __init__(self, transport: Transport, seconds: float, read_only: bool) -> None:
        self._transport = transport
        self._read_only = read_only
        self._stopped = False
        self.rate_limit = RateLimit(seconds)
        self.clock = ServerClock()

    def stop(self) -> None:
        """Send nothing more: the task has ended, and its threads may not know."""
        self._stopped = True

    def send(
        self,
        request: Request,
        before: t.Callable[[], None] = lambda: None,
        withdrawn: t.Callable[[], None] = lambda: None,
    ) -> Reply:
        """Send a request, again only if it had no effect: no connection was made, or the rate limit refused it.

        `before` is called right before each time that it is sent, and `withdrawn` after a time that had no effect, or that
        was put off. Raises NoReply.
        """
        if self._read_only and request.method != "GET":
            raise RuntimeError(f"A {request.method} in check mode")
        while True:
            closed = self.rate_limit.wait()
            if closed:
                raise NoReply(
                    f"The API wants to be left alone for {closed:.0f} seconds more, longer than rate_limit_timeout allows",
                    sent=False,
                    advice="Wait, then run the task again.",
                )
            if self._stopped:
                raise NoReply("The task ended before this was sent", sent=False, lasting=True)
            before()
            if self.rate_limit.remaining:
                # Announced meanwhile.
                withdrawn()
                continue
            begun, sent = time.monotonic(), self.clock.now()
            try:
                reply = self._transport.send(request)
            except NoReply as failure:
                if failure.sent or failure.lasting or not self.rate_limit.refused(begun, {}):
                    raise
                withdrawn()
                continue
            self.clock.note(reply.headers, sent, self.clock.now())
            if reply.status != 429:
                self.rate_limit.accepted(begun, reply.headers)
                self._identify(request, reply.json or {})
                return reply
            if not self.rate_limit.refused(begun, reply.headers):
                return reply
            withdrawn()

    def _identify(self, request: Request, found: t.Mapping[str, t.Any]) -> None:
        """Raise NoReply if an object that came back is not what was asked for: its connection cannot be trusted."""
        field = mismatch(request.names, found)
        if field:
            self._transport.renew()
            raise NoReply(f"The API's reply is not to this request: its {field} is another one", sent=True)

    def each(
        self, request: Request, name: str, pages: int = MAX_PAGES, size: int | None = None
    ) -> t.Iterator[dict[str, t.Any]]:
        """Give the objects called `name` of all pages, and ask for a page only when it is needed. Raises Unreadable.

        The pages are followed by the API's own links, to the same path and never in a circle, and no more than `pages`.
        `size` is how many objects a page is asked to have, unless the API refuses that.
        """
        request, page = self._first_page(request, size)
        seen = set()
        while True:
            seen.add(request.url)
            objects = page.get(name)
            if not isinstance(objects, list) or not all(isinstance(one, dict) for one in objects):
                raise Unreadable(f"The API's list has no {name}")
            if len(objects) > MAX_ON_PAGE:
                raise Unreadable(f"A page of the API's list has {len(objects)} {name}, more than {MAX_ON_PAGE}")
            try:
                for one in objects:
                    self._identify(request, one)
            except NoReply as failure:
                raise Unreadable(str(failure)) from failure
            yield from objects
            link = page.get("next_page_uri")
            if not link:
                return
            url = _next(request.url, link)
            if url is None or url in seen or len(seen) >= pages:
                raise Unreadable("The API's list leads to something else than its next page, or never ends")
            request = request._replace(url=url)
            page = self.read(request)

    def _first_page(self, request: Request, size: int | None) -> tuple[Request, dict[str, t.Any]]:
        """Return the first page of a list, and the request that it replies to. Raises Unreadable."""
        if size:
            sized = request._replace(url=f"{request.url}{'&' if '?' in request.url else '?'}PageSize={size}")
            try:
                return sized, self.read(sized)
            except Unreadable as problem:
                # A page without a body was too large.
                if not problem.reply or (problem.reply.status not in _REFUSALS and problem.reply.body is not None):
                    raise
        return request, self.read(request)

    def read(self, request: Request) -> dict[str, t.Any]:
        """Return the object that the API replies with. Raises Unreadable."""
        try:
            reply = self.send(request)
        except NoReply as failure:
            raise Unreadable(str(failure)) from failure
        body = reply.json
        if not 200 <= reply.status < 300 or body is None:
            raise Unreadable(f"The API answered {reply.status} to a look", reply)
        return body


def _next(url: str, link: t.Any) -> str | None:
    """Return the address that a link on a page leads to, or None if it is no link, or leads to another host or path."""
    try:
        joined = urljoin(url, link)
        here, there = urlsplit(url), urlsplit(joined)
        same = here[:2] == there[:2] and meaning(here.path) == meaning(there.path)
        return joined if same else None
    except (TypeError, ValueError, AttributeError):
        return None
