# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module is private to this collection and can change at any time.

"""What a reply, or the lack of one, says about the recording that was asked for."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.voiceops.telnyx.plugins.module_utils._reply import NoReply, Reply

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

# RFC 9110, section 15.4: these name another address for the same request, which this one did not carry out.
_MOVED = (301, 307, 308)
# The server did not get the whole request, or something else was going on with the call.
_OPEN_4XX = (408, 409)

# The API's replies have three levels.
MAX_DEPTH = 20


class Outcome(t.NamedTuple):
    """What became of one call. `msg` is empty if a recording was started, and `recording` is None if not."""

    call_sid: str
    outcome: str
    msg: str = ""
    status: int | None = None
    errors: tuple[dict[str, t.Any], ...] = ()
    recording: dict[str, t.Any] | None = None


def from_reply(call_sid: str, reply: Reply) -> Outcome:
    """Return what a reply says. Every 2xx with a JSON object is a success, whatever the object holds."""
    body = _json_object(reply.body)
    if 200 <= reply.status < 300 and body is not None:
        return Outcome(call_sid, STARTED, status=reply.status, recording=body)
    outcome = _state(reply.status)
    errors = tuple(error for error in _list((body or {}).get("errors")) if isinstance(error, dict))
    happened = f"The API answered {reply.status}"
    details = "; ".join(str(text) for text in map(_detail, errors) if text)
    if details:
        happened += f": {details}"
    elif body is None:
        happened += " with " + _describe_body(reply)
    if 300 <= reply.status < 400:
        happened += f", a redirect to {reply.headers.get('Location', 'nowhere')}, which is not followed"
    return Outcome(call_sid, outcome, _sentences(happened, outcome, _advice(reply)), reply.status, errors)


def from_no_reply(call_sid: str, failure: NoReply) -> Outcome:
    """Return what a failure without any status says."""
    outcome = UNKNOWN if failure.sent else NOT_SENT
    advice = "" if failure.sent else "Check base_url, the network and the proxy, then run the task again."
    return Outcome(call_sid, outcome, _sentences(str(failure), outcome, advice))


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
        advice += f" The API says when: Retry-After is {reply.headers['Retry-After']}."
    return advice


def _sentences(happened: str, outcome: str, advice: str) -> str:
    return " ".join(part for part in (happened.rstrip(".") + ".", _RUNNING[outcome], advice) if part)


def _json_object(body: bytes | None) -> dict[str, t.Any] | None:
    try:
        value = _plain(json.loads(body or b""), MAX_DEPTH)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _plain(value: t.Any, depth: int) -> t.Any:
    """Return a JSON value that Ansible can take: no halves of surrogate pairs, not too deep (else ValueError)."""
    if depth == 0:
        raise ValueError("too deep")
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, list):
        return [_plain(part, depth - 1) for part in value]
    if isinstance(value, dict):
        return {_plain(name, depth - 1): _plain(part, depth - 1) for name, part in value.items()}
    return value


def _list(value: t.Any) -> list[t.Any]:
    return value if isinstance(value, list) else []


def _detail(error: dict[str, t.Any]) -> t.Any:
    return error.get("detail") or error.get("title") or error.get("code")


def _describe_body(reply: Reply) -> str:
    if reply.body is None:
        return "a body that broke off or was too large"
    if not reply.body:
        return "an empty body"
    content_type = reply.headers.get("Content-Type", "no content type")
    return f"a body that is not a JSON object ({content_type}), perhaps from a proxy"
