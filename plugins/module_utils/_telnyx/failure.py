# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A reply without success: whether its request had an effect, what happened, and what the user can do."""

from __future__ import annotations

import typing as t

from .._base.errors import Failure, RequestFailed
from .._base.short import joined, shortened
from .reply import Reply

_OPTIONS = "Check the options of the task against the API's own words."
ADVICE = {
    400: _OPTIONS,
    401: "Check api_key (or TELNYX_API_KEY): the key is malformed, unknown or revoked.",
    403: "The key is valid, but may not do this; check its permissions and those of the account.",
    404: (
        "Either there is no such thing in this account; or account_sid is wrong (the organization ID is wanted, and the"
        " connection ID or the user ID is often given); or the key did not arrive (a proxy may have removed it)."
    ),
    422: _OPTIONS,
    429: "Too many requests: wait, then run the task again.",
}

# RFC 9110, section 15.4: these name another address for the same request, which this one did not carry out.
_MOVED = (301, 307, 308)
# Every request would fail.
KEY_REFUSED = (401, 403)
# The server did not get the whole request, or the call was busy with another request.
_UNCERTAIN_4XX = (408, 409)


def is_success(reply: Reply) -> bool:
    """Return whether the status is one of success (RFC 9110, section 15.3)."""
    return 200 <= reply.status < 300


def is_refusal(status: int) -> bool:
    """Return whether a request with this status had no effect, and would have none if it was sent again."""
    return status in _MOVED or (400 <= status < 500 and status not in (*_UNCERTAIN_4XX, 429))


def failure_of(reply: Reply) -> RequestFailed:
    """Return the error for a reply without success."""
    happened, errors = describe(reply)
    msg = sentences(happened, advice_for(reply, ADVICE))
    certain = is_refusal(reply.status) or reply.status == 429
    return RequestFailed(Failure(msg, reply.status, errors), certain, too_large=reply.body is None)


def describe(reply: Reply) -> tuple[str, tuple[dict[str, t.Any], ...]]:
    """Return what happened, without a full stop, and the API's error objects."""
    listed = (reply.json or {}).get("errors")
    errors = tuple(error for error in (listed if isinstance(listed, list) else []) if isinstance(error, dict))
    happened = f"The API answered {reply.status}"
    details = joined([str(text) for text in map(_detail, errors) if text], "; ")
    if details:
        happened += f": {details}"
    elif reply.json is None:
        happened += " with " + _describe_body(reply)
    if 300 <= reply.status < 400:
        happened += f", a redirect to {shortened(reply.headers.get('Location', 'nowhere'))}, which is not followed"
    return happened, errors


def advice_for(reply: Reply, advice: t.Mapping[int, str]) -> str:
    """Return what the user can do about a reply without success, or nothing. `advice` has it by status."""
    if 300 <= reply.status < 400:
        return "Check base_url."
    text = advice.get(reply.status, "")
    if reply.status == 429 and "Retry-After" in reply.headers:
        text += f" Its Retry-After is {shortened(reply.headers['Retry-After'])}."
    return text


def sentences(happened: str, *more: str) -> str:
    """Return what happened as a sentence, and further ones, without those that are empty."""
    return " ".join(part for part in (happened.rstrip(".") + ".", *more) if part)


def _detail(error: dict[str, t.Any]) -> t.Any:
    return error.get("detail") or error.get("title") or error.get("code")


def _describe_body(reply: Reply) -> str:
    if reply.body is None:
        return "a body that broke off or was too large"
    if not reply.body:
        return "an empty body"
    content_type = shortened(reply.headers.get("Content-Type", "no content type"))
    return f"a body that is not a JSON object ({content_type}), perhaps from a proxy"
