# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The operations that find calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from . import dates
from .account import Account
from .active_calls import active_calls
from .call import Call, Seen
from .call_models import CallModels
from .ledger import Entry
from .misbehaviour import Misbehaviour
from .operation import Operation, following_path, raw_path
from .pages import page
from .refusals import NotFound, Refused
from .settings import is_digits

# The filters of a list of calls. A filter by date names one of the two moments of a call.
TEXTS = ("To", "From", "Status")
DATES = {
    f"{name}{suffix}": (name, inequality)
    for name in ("StartTime", "EndTime")
    for suffix, inequality in (("", ""), ("_gt", ">"), ("_lt", "<"))
}


class CallOperations:
    """Operations by their operationId. They raise NotFound or Refused."""

    def __init__(self, account: Account, misbehaviour: Misbehaviour) -> None:
        self._calls = account.calls
        self._models = CallModels(account.sid)
        self._misbehaviour = misbehaviour

    def all(self) -> dict[str, Operation]:
        """Return a function for each operation."""
        return {"GetTexmlCalls": self._list, "GetTexmlCall": self._get, "ListConnectionActiveCalls": self._list_active}

    def _list(self, request: Request, form: dict[str, Any], entry: Entry) -> Response:
        query, then = request.query_params, self._then()
        passes = _filter(query)
        filtered = not self._misbehaviour.settings["ignore_filters"]

        def shown(call: Call) -> bool:
            seen = call.at(then)
            return seen is not None and self._calls.is_kept(call) and (not filtered or passes(seen))

        def model(call: Call) -> dict[str, Any]:
            return self._models.call(self._seen(call, then))

        return JSONResponse(
            page(
                self._calls.all()[::-1],
                shown,
                model,
                raw_path(request),
                query,
                "calls",
                filters=(*TEXTS, *DATES),
                following_path=following_path(request),
            )
        )

    def _get(self, request: Request, form: dict[str, Any], entry: Entry) -> Response:
        call = self._calls.get(request.path_params["call_sid"])
        return JSONResponse(self._models.call(self._seen(call, self._then())))

    def _list_active(self, request: Request, form: dict[str, Any], entry: Entry) -> Response:
        connection_id = request.path_params["connection_id"]
        if not is_digits(connection_id):
            raise Refused([("pattern", "/connection_id", f"{connection_id!r} is not the ID of a connection.")])
        live = self._calls.live(connection_id)
        now = self._misbehaviour.clock.seconds()
        return JSONResponse(
            active_calls(live, lambda call: self._models.active(call, now), raw_path(request), request.query_params)
        )

    def _then(self) -> float:
        """Return the moment whose state is shown."""
        lag: float = self._misbehaviour.settings["call_lag"]
        return self._misbehaviour.clock.seconds() - lag

    def _seen(self, call: Call, then: float) -> Seen:
        seen = call.at(then)
        if seen is None or not self._calls.is_kept(call):
            raise NotFound
        return seen


def _filter(query: Mapping[str, str]) -> Callable[[Seen], bool]:
    """Return whether a query lists a call. Raises Refused."""
    texts = [(name, query[name]) for name in TEXTS if name in query]
    checks = [
        (moment, dates.check(name, inequality + query[name]))
        for name, (moment, inequality) in DATES.items()
        if name in query
    ]

    def passes(seen: Seen) -> bool:
        of_texts = {"To": seen.call.to, "From": seen.call.from_, "Status": seen.status}
        of_dates = {"StartTime": seen.call.created.date, "EndTime": seen.ended.date if seen.ended else None}
        return all(of_texts[name] == text for name, text in texts) and all(
            check(of_dates[moment]) for moment, check in checks
        )

    return passes
