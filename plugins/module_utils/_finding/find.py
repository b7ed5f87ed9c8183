# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds calls: of a list, a connection, a conference or the account."""

from __future__ import annotations

import datetime
import itertools
import typing as t

from .._base.errors import Failure, RequestFailed
from .._base.parallel import each
from .._base.short import joined, shortened
from .._base.urls import decoded
from .._client.calls import Calls
from .._client.client import MAX_ON_PAGE
from .._client.conferences import Conferences
from .._telnyx.call import Call, call_of, of_conference, of_connection, with_details
from .._telnyx.failure import KEY_REFUSED
from . import messages
from .filters import is_wanted, query_of
from .recordings import with_recordings
from .sessions import one_leg_each

if t.TYPE_CHECKING:
    from .._client.client import Client

Params = t.Mapping[str, t.Any]


class Found(t.NamedTuple):
    """The calls of a selection."""

    calls: list[Call]
    gone: int
    """How many legs of the list had ended when their details were fetched."""
    truncated: bool
    """There are more than the limit."""
    missing: list[Failure]
    """What the API says of the calls that were named, and that do not exist."""
    warnings: list[str]


def find(params: Params, client: Client, progress: t.Callable[[str], None] | None = None) -> Found:
    """Return the calls that the options of call_info select. Raises RequestFailed."""
    connected = "connection_id" in params
    live = {"live": True} if connected or {"conference_sid", "conference"} & set(params) else {}
    params = {**live, "one_leg_per_session": connected, **params}
    search = _Search(params, client, progress)
    found: t.Iterable[Call] = search.calls()
    if params["one_leg_per_session"]:
        # Before the filters: which leg it is must not depend on a status that changes.
        found, search.doubtful = one_leg_each(list(found), search.unclear)
    limit = params.get("limit")
    wanted = (one for one in found if is_wanted(one, params))
    calls = list(itertools.islice(wanted, None if limit is None else limit + 1))
    truncated = limit is not None and len(calls) > limit
    if params["recordings"]:
        calls = with_recordings(calls[:limit], client, params["max_concurrency"], search.unrecorded)
    return Found(calls[:limit], search.gone, truncated, search.missing, search.warnings())


class _Search:
    """One search, and what it came across."""

    def __init__(self, params: Params, client: Client, progress: t.Callable[[str], None] | None) -> None:
        self._params = params
        self._client = client
        self._progress = progress
        self._calls = Calls(client)
        self.missing: list[Failure] = []
        self.unclear: list[Call] = []
        self.unrecorded: list[str] = []
        self.doubtful = 0
        self._nameless = 0
        self._failures: list[str] = []

    @property
    def gone(self) -> int:
        """How many legs had ended when their details were fetched."""
        return len(self.unclear) - len(self._failures)

    def calls(self) -> t.Iterator[Call]:
        """Give the calls, without those that have ended while they were looked at."""
        legs, params = self._once(self._legs()), self._params
        size = None
        if "limit" in params and not params["one_leg_per_session"]:
            # No more requests than are needed to fill it, and to know whether there are more.
            size = max(params["limit"] + 1, params["max_concurrency"])
        while True:
            done = each(self._detailed, itertools.islice(legs, size), params["max_concurrency"], self._tick)
            yield from (one for one in done if one)
            if size is None or len(done) < size:
                return

    def warnings(self) -> list[str]:
        """Return what the calls that were found do not show."""
        found = []
        if self._nameless:
            found.append(messages.NAMELESS.format(self._nameless))
        if self._failures:
            found.append(messages.NO_DETAILS.format(len(self._failures), self._failures[0]))
        if self.doubtful:
            found.append(messages.DOUBTFUL.format(self.doubtful))
        if self.unrecorded:
            found.append(messages.NO_RECORDINGS.format(len(self.unrecorded), self.unrecorded[0]))
        return found

    def _legs(self) -> t.Iterator[Call]:
        """Give the legs of the selection, as their list has them."""
        params = self._params
        if "call_sid" in params:
            return (call_of({"sid": sid}) for sid in params["call_sid"])
        if "connection_id" in params:
            return map(of_connection, self._calls.active(params["connection_id"]))
        if "conference_sid" in params or "conference" in params:
            sid = params.get("conference_sid") or self._conference(params["conference"])
            return (of_conference(one, sid) for one in Conferences(self._client).participants(sid))
        today = datetime.datetime.now(datetime.timezone.utc).date()
        return map(call_of, self._calls.of_account(query_of(params, today), MAX_ON_PAGE))

    def _once(self, legs: t.Iterable[Call]) -> t.Iterator[Call]:
        """Give each call once: a list that moves while it is read has some on two pages."""
        seen = set()
        for leg in legs:
            if not leg["sid"]:
                self._nameless += 1
            elif decoded(leg["sid"]) not in seen:
                seen.add(decoded(leg["sid"]))
                yield leg

    def _detailed(self, leg: Call) -> Call | None:
        """Return a leg with what only the call itself tells, or None if it has ended meanwhile."""
        named = "call_sid" in self._params
        told = leg["from"] is not None and leg["to"] is not None
        if not named and (told or not leg["live"] or not self._params["details"]):
            return leg
        try:
            return with_details(leg, call_of(self._calls.get(leg["sid"])))
        except RequestFailed as problem:
            failure = problem.failure
            if failure.http_status in KEY_REFUSED:
                raise
            if named:
                failure = failure._replace(msg=f"Call {shortened(leg['sid'])}: {failure.msg}")
                if failure.http_status != 404:
                    raise RequestFailed(failure, problem.certain) from problem
                self.missing.append(failure)
                return None
            self.unclear.append(leg)
            if failure.http_status == 404:
                return None
            self._failures.append(failure.msg)
            return leg

    def _conference(self, name: str) -> str:
        """Return the SID of the only conference in progress of a name. Raises RequestFailed."""
        conferences = Conferences(self._client)
        # A list that moves while it is read has some on two pages.
        found: list[str] = list(dict.fromkeys(one["sid"] for one in conferences.in_progress(name)))
        if len(found) == 1:
            return found[0]
        if found:
            msg = messages.SEVERAL.format(len(found), _shown(name), joined(found, ", "))
        else:
            others = list(dict.fromkeys(_shown(str(one.get("friendly_name"))) for one in conferences.in_progress()))
            more = messages.OTHERS.format(joined(others, ", ")) if others else messages.NO_OTHERS
            msg = messages.NO_CONFERENCE.format(_shown(name)) + more
        raise RequestFailed(Failure(msg), certain=True)

    def _tick(self, done: list[Call | None], seconds: float) -> None:
        if self._progress:
            self._progress(messages.PROGRESS.format(len(done), seconds))


def _shown(name: str) -> str:
    return shortened(ascii(name), 100)
