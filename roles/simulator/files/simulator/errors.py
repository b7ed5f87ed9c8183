# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Error replies, in the two shapes of the vendor."""

from __future__ import annotations

from starlette.responses import JSONResponse

from .refusals import NotAnswered, Refused

# The vendor's numbers for what a JSON Schema keyword found.
CODES = {"enum": "10032", "type": "10026", "required": "10004", "format": "10003", "maxLength": "10003"}
BAD_REQUEST = "10015"
# Errors in a reply, and characters in a text of one. A reply does not repeat a large request.
MOST = 20
LONGEST = 1000
TITLES = {
    "10003": "Invalid URL",
    "10004": "Missing required parameter",
    "10007": "Unexpected error",
    "10009": "Authentication failed",
    "10011": "Too many requests",
    "10015": "Bad request",
    "10026": "Invalid type",
    "10032": "Invalid value",
    "90034": "Call not answered yet",
}


def not_found() -> JSONResponse:
    """The documented 404, which has neither a code nor a title."""
    return JSONResponse({"errors": [{"detail": "Resource not found"}]}, 404)


def not_answered() -> JSONResponse:
    """The reply to a start on a call that is still ringing."""
    return error(422, "90034", "The call has not been answered yet.")


def error(status: int, code: str, detail: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """The general shape, with one error."""
    return JSONResponse({"errors": [_one(code, detail, "")]}, status, headers)


def invalid(faults: list[tuple[str, str, str]]) -> JSONResponse:
    """A 422: one error for each schema keyword, JSON pointer into the request, and sentence."""
    shown = [_one(CODES.get(key, BAD_REQUEST), text, at) for key, at, text in faults[:MOST]]
    return JSONResponse({"errors": shown}, 422)


def refusal(reason: Exception) -> JSONResponse:
    """The reply for one of the exceptions of refusals.py."""
    if isinstance(reason, Refused):
        return invalid(reason.faults)
    return not_answered() if isinstance(reason, NotAnswered) else not_found()


def _one(code: str, detail: str, pointer: str) -> dict[str, object]:
    return {
        "code": code,
        "title": TITLES[code],
        "detail": _short(detail),
        "source": {"pointer": _short(pointer)},
        "meta": {"url": f"https://developers.telnyx.com/docs/overview/errors/{code}"},
    }


def _short(text: str) -> str:
    """Return a text without the middle of one that is too long: its end says what is allowed."""
    half = LONGEST // 2
    return text if len(text) <= LONGEST else f"{text[:half]} … {text[-half:]}"
