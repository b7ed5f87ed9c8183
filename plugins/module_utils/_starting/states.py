# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can be known of the start of a call's recording, and what changes it.

A start request is sent only where no request so far can have had an effect (NEW, and REJECTED by an earlier run), and from
ABSENT, where the call's list showed no recording; the latter only if the task permits it. TRANSITIONS is all there is: what is not in it cannot happen.
"""

from __future__ import annotations

from enum import Enum


class State(str, Enum):
    """What is known of the start."""

    NEW = "new"
    """No request was sent, or none that can have had an effect."""
    SENT = "sent"
    """A request was sent, or is about to be."""
    SENT_AGAIN = "sent again"
    """A second request was sent, or is about to be, while the outcome of the first is uncertain."""
    UNCERTAIN = "uncertain"
    """A request may have started a recording."""
    ABSENT = "absent"
    """The same, but the call's list showed no recording for as long as the task waited for one."""
    REJECTED = "rejected"
    """The API refused. Nothing was started."""
    STARTED = "started"
    """The recording is known."""


class Event(str, Enum):
    """What happens to the start. The values are the entries of a journal."""

    INTENDED = "intended"
    """A start request is about to be sent."""
    INTENDED_AGAIN = "intended again"
    """A second start request is about to be sent, as retry_unknown permits."""
    NO_EFFECT = "no effect"
    """The request cannot have had an effect: no connection was made, or it was rate limited."""
    ACCEPTED = "accepted"
    """The reply shows the recording."""
    REFUSED = "refused"
    """The reply means that nothing was started."""
    NO_ANSWER = "no answer"
    """There was no reply, or it does not show whether a recording was started."""
    ABANDONED = "abandoned"
    """The run that sent the request ended before it recorded an outcome."""
    LISTED = "listed"
    """The call's list shows the recording."""
    NOT_LISTED = "not listed"
    """The call's list showed no recording at all for as long as the task waited for one."""
    UNCLEAR = "unclear"
    """The call's list cannot be read, or shows recordings of which one may be this one."""
    RUN = "run"
    """Another run of the task begins. It is the only event that a journal does not have."""


TRANSITIONS: dict[tuple[State, Event], State] = {
    (State.NEW, Event.INTENDED): State.SENT,
    # Of the list that is read before a start request, as unless_recording asks.
    (State.NEW, Event.LISTED): State.STARTED,
    (State.NEW, Event.REFUSED): State.REJECTED,
    # Not even attempted, since the rate limit or the journal did not allow it.
    (State.NEW, Event.NO_EFFECT): State.NEW,
    (State.ABSENT, Event.NO_EFFECT): State.ABSENT,
    # The answer to a start request.
    (State.SENT, Event.ACCEPTED): State.STARTED,
    (State.SENT, Event.REFUSED): State.REJECTED,
    (State.SENT, Event.NO_EFFECT): State.NEW,
    (State.SENT, Event.NO_ANSWER): State.UNCERTAIN,
    (State.SENT, Event.ABANDONED): State.UNCERTAIN,
    # An answer that comes after another run has taken the request for abandoned.
    (State.UNCERTAIN, Event.ACCEPTED): State.STARTED,
    (State.ABSENT, Event.ACCEPTED): State.STARTED,
    # What the call's list shows.
    (State.UNCERTAIN, Event.LISTED): State.STARTED,
    (State.UNCERTAIN, Event.NOT_LISTED): State.ABSENT,
    (State.UNCERTAIN, Event.UNCLEAR): State.UNCERTAIN,
    # A second start request. Whatever becomes of it, the first may still have had an effect.
    (State.ABSENT, Event.INTENDED_AGAIN): State.SENT_AGAIN,
    (State.SENT_AGAIN, Event.ACCEPTED): State.STARTED,
    (State.SENT_AGAIN, Event.REFUSED): State.UNCERTAIN,
    (State.SENT_AGAIN, Event.NO_EFFECT): State.ABSENT,
    (State.SENT_AGAIN, Event.NO_ANSWER): State.UNCERTAIN,
    (State.SENT_AGAIN, Event.ABANDONED): State.UNCERTAIN,
    # Another run takes nothing that a list did not show for an answer, and what was refused may be sent again.
    (State.NEW, Event.RUN): State.NEW,
    (State.REJECTED, Event.RUN): State.NEW,
    (State.REJECTED, Event.INTENDED): State.SENT,
    (State.UNCERTAIN, Event.RUN): State.UNCERTAIN,
    (State.ABSENT, Event.RUN): State.UNCERTAIN,
    (State.STARTED, Event.RUN): State.STARTED,
    # Of two runs on one journal, the other may have listed the call meanwhile.
    (State.ABSENT, Event.LISTED): State.STARTED,
    (State.ABSENT, Event.NOT_LISTED): State.ABSENT,
    (State.ABSENT, Event.UNCLEAR): State.UNCERTAIN,
}

OUTCOMES: dict[State, str] = {
    State.NEW: "not_sent",
    State.SENT: "unknown",
    State.SENT_AGAIN: "unknown",
    State.UNCERTAIN: "unknown",
    State.ABSENT: "unknown",
    State.REJECTED: "rejected",
    State.STARTED: "started",
}
"""What a task reports if it ends in a state."""

SENDING = (State.SENT, State.SENT_AGAIN)
"""A run has a request under way, or has ended without its answer."""


class Impossible(Exception):
    """An event that a state does not have: a defect of this collection, or a journal that it did not write."""


def after(state: State, event: Event) -> State:
    """Return the state after an event. Raises Impossible."""
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise Impossible(f"{event.value!r} cannot follow {state.value!r}") from None
