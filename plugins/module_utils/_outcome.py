# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module is private to this collection and can change at any time.

"""What a reply, or the lack of one, says about the recording that was asked for."""

from __future__ import annotations

import typing as t

from ansible_collections.voiceops.telnyx.plugins.module_utils._reply import NoReply, Reply
from ansible_collections.voiceops.telnyx.plugins.module_utils._short import joined, shortened

if t.TYPE_CHECKING:
    from ansible_collections.voiceops.telnyx.plugins.module_utils._api import Unreadable
    from ansible_collections.voiceops.telnyx.plugins.module_utils._reconcile import Finding

STARTED = "started"
REJECTED = "rejected"
NOT_SENT = "not_sent"
UNKNOWN = "unknown"

# In sentences: may a recording be running?
_RUNNING = {
    REJECTED: "The API refused, so this request started no recording.",
    NOT_SENT: "No recording was started.",
    UNKNOWN: "A recording may be running; look at the recordings of the call before you start it again.",
}

_ADVICE = {
    400: "Check the options of the task against the API's own words.",
    401: "Check api_key (or TELNYX_API_KEY): the key is malformed, unknown or revoked.",
    403: "The key is known, but may not do this; check its permissions and those of the account.",
    404: (
        "Either the call is unknown or has ended; or account_sid is wrong (the organization ID is wanted, and the"
        " connection ID or the user ID is often given); or the key did not arrive (a proxy may have removed it)."
    ),
    422: "Check the options that the API names, and that the call has been answered and has not ended.",
    429: "Too many requests: wait, then run the task again.",
}

# What else it means where nothing was to be started.
_LOOK_ADVICE = {
    404: (
        "Either there is no such thing in this account; or account_sid is wrong (the organization ID is wanted, and the"
        " connection ID or the user ID is often given); or the key did not arrive (a proxy may have removed it)."
    ),
    422: "Check the options of the task against the API's own words.",
}

# RFC 9110, section 15.4: these name another address for the same request, which this one did not carry out.
_MOVED = (301, 307, 308)
# The server did not get the whole request, or something else was going on with the call.
_OPEN_4XX = (408, 409)


class Outcome(t.NamedTuple):
    """What became of one call. `recording` is None if none is known to have been started."""

    call_sid: str
    outcome: str
    msg: str = ""
    """What happened; empty if the API just said that the recording was started."""
    status: int | None = None
    errors: tuple[dict[str, t.Any], ...] = ()
    recording: dict[str, t.Any] | None = None
    changed: bool = False
    """This task started the recording."""
    reconciled: bool = False
    """The recording is known from the call's list."""
    retried: bool = False
    """A second start was sent, since the list had shown nothing of the first."""
    candidates: tuple[dict[str, t.Any], ...] = ()
    """Recordings of which one may be the one that was to be started."""
    warn: bool = False
    """The user should read `msg`, although nothing failed."""


def from_reply(call_sid: str, reply: Reply) -> Outcome:
    """Return what a reply says. Every 2xx with a JSON object is a success, unless it has errors and no SID."""
    body = reply.json
    if 200 <= reply.status < 300 and body is not None and (body.get("sid") is not None or not body.get("errors")):
        return Outcome(call_sid, STARTED, status=reply.status, recording=body, changed=True)
    outcome = _state(reply.status)
    happened, errors = _happened(reply, body)
    return Outcome(call_sid, outcome, _sentences(happened, outcome, _advice(reply)), reply.status, errors)


def from_no_reply(call_sid: str, failure: NoReply) -> Outcome:
    """Return what a failure without any status says."""
    outcome = UNKNOWN if failure.sent else NOT_SENT
    return Outcome(call_sid, outcome, _sentences(str(failure), outcome, failure.advice))


def of_past(call_sid: str, msg: str) -> Outcome:
    """Return the outcome of a start that the journal leaves open. `msg` is what the run that sent it said, if it did."""
    if msg:
        return Outcome(call_sid, UNKNOWN, f"The start was sent before. {msg}")
    happened = "An earlier run ended before it knew what became of this start"
    return Outcome(call_sid, UNKNOWN, _sentences(happened, UNKNOWN, ""))


def of_finding(opened: Outcome, finding: Finding, changed: bool) -> Outcome:
    """Return what an open outcome is, after a look at the call's list. `changed` says that this task sent the start."""
    if finding.recording is None:
        return opened._replace(msg=f"{opened.msg} {finding.said}", candidates=finding.candidates)
    msg = f"A second start was sent. {finding.said}" if opened.retried else finding.said
    return opened._replace(outcome=STARTED, msg=msg, recording=finding.recording, changed=changed, reconciled=True)


def of_second(first: Outcome, second: Outcome) -> Outcome:
    """Return the outcome of a call for which a second start was sent while the first one's was open."""
    if second.outcome == NOT_SENT:
        return first._replace(msg=f"{first.msg} A second start could not be sent: {second.msg}")
    second = second._replace(retried=True, warn=True)
    if second.outcome == STARTED:
        return second._replace(msg="Started a second time: of the first start, the call's list showed nothing.")
    return second._replace(outcome=UNKNOWN, msg=f"{first.msg} A second start: {second.msg}")


def is_open(status: int) -> bool:
    """Tell whether it is open what a request did that was answered with this status."""
    return _state(status) == UNKNOWN


def failure(problem: Unreadable) -> dict[str, t.Any]:
    """Return what there is to say of something else than a start that failed: message, status and errors."""
    reply = problem.reply
    happened, errors = _happened(reply, reply.json) if reply else (str(problem), ())
    advice = _LOOK_ADVICE.get(reply.status) or _advice(reply) if reply else ""
    msg = " ".join(part for part in (happened.rstrip(".") + ".", advice) if part)
    return {"msg": msg, "status": reply.status if reply else None, "errors": list(errors)}


def of_no_look(call_sid: str, problem: Unreadable) -> Outcome:
    """Return the outcome of a call that was not started, because what it has could not be seen before."""
    reply = problem.reply
    happened, errors = _happened(reply, reply.json) if reply else (str(problem), ())
    outcome = REJECTED if reply and _state(reply.status) == REJECTED else NOT_SENT
    advice = _advice(reply) if reply else ""
    why = "So unless_recording cannot tell whether the call is being recorded."
    return Outcome(
        call_sid,
        outcome,
        _sentences(happened, NOT_SENT, f"{why} {advice}".strip()),
        reply.status if reply else None,
        errors,
    )


def _happened(reply: Reply, body: dict[str, t.Any] | None) -> tuple[str, tuple[dict[str, t.Any], ...]]:
    errors = tuple(error for error in _list((body or {}).get("errors")) if isinstance(error, dict))
    happened = f"The API answered {reply.status}"
    details = joined([str(text) for text in map(_detail, errors) if text], "; ")
    if details:
        happened += f": {details}"
    elif body is None:
        happened += " with " + _describe_body(reply)
    if 300 <= reply.status < 400:
        happened += f", a redirect to {shortened(reply.headers.get('Location', 'nowhere'))}, which is not followed"
    return happened, errors


def _state(status: int) -> str:
    if status == 429:
        return NOT_SENT
    if status in _MOVED or (400 <= status < 500 and status not in _OPEN_4XX):
        return REJECTED
    return UNKNOWN


def _advice(reply: Reply) -> str:
    if 300 <= reply.status < 400:
        return "Check base_url."
    advice = _ADVICE.get(reply.status, "")
    if reply.status == 429 and "Retry-After" in reply.headers:
        advice += f" The API says when: Retry-After is {shortened(reply.headers['Retry-After'])}."
    return advice


def _sentences(happened: str, outcome: str, advice: str) -> str:
    return " ".join(part for part in (happened.rstrip(".") + ".", _RUNNING[outcome], advice) if part)


def _list(value: t.Any) -> list[t.Any]:
    return value if isinstance(value, list) else []


def _detail(error: dict[str, t.Any]) -> t.Any:
    return error.get("detail") or error.get("title") or error.get("code")


def _describe_body(reply: Reply) -> str:
    if reply.body is None:
        return "a body that broke off or was too large"
    if not reply.body:
        return "an empty body"
    content_type = shortened(reply.headers.get("Content-Type", "no content type"))
    return f"a body that is not a JSON object ({content_type}), perhaps from a proxy"
