# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of states, walked in every order of events."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ansible_collections.voiceops.telnyx.plugins.module_utils._starting.states import (
    OUTCOMES,
    SENDING,
    TRANSITIONS,
    Event,
    Impossible,
    State,
    after,
)

INTENTS = (Event.INTENDED, Event.INTENDED_AGAIN)
# Longer sequences only go round.
LENGTH = 9


def walks(state: State = State.NEW, length: int = LENGTH) -> Iterator[list[tuple[Event, State]]]:
    """Give every possible sequence of events up to a length, each with the state after it."""
    yield []
    if length:
        for (before, event), then in TRANSITIONS.items():
            if before is state:
                for rest in walks(then, length - 1):
                    yield [(event, then), *rest]


def test_every_state_is_reached_and_has_an_outcome() -> None:
    reached = {then for walk in walks(length=5) for _event, then in walk} | {State.NEW}
    assert reached == set(State) == set(OUTCOMES)


def test_no_second_request_without_permission() -> None:
    """A request may follow another one only if that had no effect, or with INTENDED_AGAIN after a list without any."""
    for walk in walks():
        uncertain = 0
        listed_none = False
        for event, _then in walk:
            if event is Event.INTENDED:
                assert uncertain == 0, walk
                uncertain += 1
            elif event is Event.INTENDED_AGAIN:
                assert listed_none, walk
                uncertain += 1
            elif event in (Event.NO_EFFECT, Event.REFUSED):
                uncertain = max(0, uncertain - 1)
            listed_none = (
                event is Event.NOT_LISTED
                or (listed_none and event is Event.NO_EFFECT)
                or (listed_none and event is Event.INTENDED_AGAIN)
            )


def test_nothing_is_sent_once_the_recording_is_known() -> None:
    for walk in walks():
        states = [State.NEW, *(then for _event, then in walk)]
        if State.STARTED in states:
            since = states[states.index(State.STARTED) :]
            assert set(since) == {State.STARTED}


def test_every_request_has_an_answer_or_was_abandoned() -> None:
    answers = {event for state, event in TRANSITIONS if state in SENDING}
    assert answers == {Event.ACCEPTED, Event.REFUSED, Event.NO_EFFECT, Event.NO_ANSWER, Event.ABANDONED}
    for state in SENDING:
        assert {event for before, event in TRANSITIONS if before is state} == answers


def test_another_run_can_go_on_from_wherever_the_last_one_ended() -> None:
    assert {state for state, event in TRANSITIONS if event is Event.RUN} == set(State) - set(SENDING)
    assert after(State.ABSENT, Event.RUN) is State.UNCERTAIN


@pytest.mark.parametrize("state", State)
def test_what_is_not_in_the_table_cannot_happen(state: State) -> None:
    for event in Event:
        if (state, event) not in TRANSITIONS:
            with pytest.raises(Impossible, match=event.value):
                after(state, event)
