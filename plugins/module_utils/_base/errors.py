# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All that this collection raises, and the value that a failed request is.

TelnyxError
├── InvalidArguments    the arguments of the task; nothing was sent
├── NoReply             a request got no reply, with whether it had left
├── RequestFailed       a request failed, with the API's errors
├── MediaError          the media host did not send the whole audio
├── NoAudio             a recording whose audio cannot be had, or not yet
├── ArchiveError        an archive that cannot be used, or a recording that is not in it as it should be
└── Unusable            a recording that cannot be brought into the wanted state
"""

from __future__ import annotations

import typing as t

from .faults import SHOWN_FAULTS, Fault, described, sentence
from .short import shortened


class TelnyxError(Exception):
    """Base of the errors of this collection."""


class InvalidArguments(TelnyxError):
    """The arguments of a task cannot be used. Nothing was sent."""

    def __init__(self, faults: t.Sequence[Fault]) -> None:
        super().__init__(faults)
        self.faults = faults

    def __str__(self) -> str:
        return self.message("")

    def message(self, key: str) -> str:
        """Return the first faults in sentences, and how many more there are, without the key."""
        sentences = ["Nothing was sent.", *(sentence(one["message"]) for one in self.described(key))]
        if len(self.faults) > SHOWN_FAULTS:
            sentences.append(f"And {len(self.faults) - SHOWN_FAULTS} more.")
        return " ".join(sentences)

    def described(self, key: str) -> list[dict[str, t.Any]]:
        """Return the first faults as a result has them."""
        return [described(fault, key) for fault in self.faults[:SHOWN_FAULTS]]


class NoReply(TelnyxError):
    """No status came back.

    `sent` is False only if the request cannot have left. `lasting` means that a retry is of no use. `advice` is what the user
    can do about it.
    """

    def __init__(self, reason: str, sent: bool, lasting: bool = False, advice: str = "") -> None:
        super().__init__(shortened(reason))
        self.sent = sent
        self.lasting = lasting
        self.advice = advice or ("" if sent else "Check base_url, the network and the proxy, then run the task again.")


class Failure(t.NamedTuple):
    """The report of a request that failed."""

    msg: str
    http_status: int | None = None
    errors: tuple[dict[str, t.Any], ...] = ()
    """The API's own error objects."""

    def result(self) -> dict[str, t.Any]:
        """Return it as return values."""
        return {**self._asdict(), "errors": list(self.errors)}


class RequestFailed(TelnyxError):
    """A request failed.

    `certain` means that it had no effect, and that a retry would have none. `too_large` means that the body of the reply
    broke off or was too large.
    """

    def __init__(self, failure: Failure, certain: bool, too_large: bool = False) -> None:
        super().__init__(failure.msg)
        self.failure = failure
        self.certain = certain
        self.too_large = too_large


class MediaError(TelnyxError):
    """What came is not the audio, or not all of it. Never has the link, with which anybody could fetch it.

    `lasting` means that a retry is of no use.
    """

    def __init__(self, reason: str, lasting: bool = False) -> None:
        super().__init__(shortened(reason))
        self.lasting = lasting


class NoAudio(TelnyxError):
    """The audio cannot be had, or not yet."""


class ArchiveError(TelnyxError):
    """An archive cannot be used, or what it has of a recording is not what it should be."""


class Unusable(TelnyxError):
    """A call has no recording that can be brought into the wanted state. `recordings` are those that it has."""

    def __init__(self, msg: str, recordings: t.Sequence[dict[str, t.Any]]) -> None:
        super().__init__(msg)
        self.recordings = list(recordings)
