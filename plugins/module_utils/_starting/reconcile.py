# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module is private to this collection and can change at any time.

"""Tells from the list of a call whether a start with an open outcome has started a recording, and which one."""

from __future__ import annotations

import json
import time
import typing as t

from .._base.dates import rfc_3339
from .._base.parallel import each
from .._client.client import CALL_PAGES, Api, Unreadable
from .._telnyx.operation import Request

# What the list says of recordings that were started as we do, and by no other way (the API's description).
SOURCE = "StartCallRecordingAPI"
# Seconds by which the clocks of the API's own machines, which date its replies and its recordings, may differ.
SKEW = 2.0
# Seconds within which that clock has to be known; one quick reply is enough.
MOST = 3.0
# The first look comes after this part of the time; each pause is twice as long as the one before.
FIRST_LOOK = 0.1


class Open(t.NamedTuple):
    """A start with an open outcome."""

    call_sid: str
    form: dict[str, str]
    """What was asked for: it says which recordings it cannot have started."""
    listing: Request
    first: float
    """The Unix time of this host at which it was sent, the first time if it was sent twice."""
    last: float
    known: frozenset[str]
    """SIDs of recordings that the call had before."""


class Finding(t.NamedTuple):
    """What a list says about a start."""

    recording: dict[str, t.Any] | None
    """The only one that it can have started."""
    candidates: tuple[dict[str, t.Any], ...]
    """Those that it may have started, where it cannot be told which one, or whether."""
    empty: bool
    """The list showed no recording at all, up to the last time that it was read, nor had the call one before."""
    said: str


class _Watch:
    """What several looks at one call have shown."""

    def __init__(self, start: Open) -> None:
        self.start = start
        self.recordings: dict[str, dict[str, t.Any]] = {}
        self.problem = ""
        """Why the last look failed."""

    def look(self, api: Api) -> None:
        try:
            for recording in api.each(self.start.listing, "recordings", CALL_PAGES):
                sid = recording.get("sid")
                key = sid if isinstance(sid, str) else json.dumps(recording)
                if key not in self.start.known:
                    self.recordings[key] = recording
            self.problem = ""
        except Unreadable as problem:
            self.problem = str(problem)
        except Exception as error:  # What is not foreseen must not take the other calls' results with it.
            self.problem = f"this collection failed ({error!r})"


def reconcile(starts: t.Sequence[Open], api: Api, seconds: float, patience: float, workers: int) -> list[Finding]:
    """Look at the lists a few times over `seconds`, and return what they say, in the order of `starts`.

    It takes the whole time, since a recording of somebody else may show before ours does. A list that cannot be read at
    the end is tried for as long again. `patience` is how many seconds after it was sent a start may have had its effect.
    """
    watches = [_Watch(start) for start in starts]
    left = watches
    end = time.monotonic() + seconds
    pause = seconds * FIRST_LOOK
    while left:
        rest = end - time.monotonic()
        time.sleep(min(pause, rest) if rest > 0 else pause)
        begun = time.monotonic()
        each(lambda watch: watch.look(api), left, workers)
        if begun >= end:
            left = [watch for watch in watches if watch.problem] if time.monotonic() < end + seconds else []
        else:
            pause *= 2
    bounds = api.clock.bounds()
    return [_decide(watch, bounds, seconds, patience + seconds) for watch in watches]


def _decide(watch: _Watch, bounds: tuple[float, float] | None, seconds: float, patience: float) -> Finding:
    # A list that could not be read at the end may have more.
    candidates, sure = [], not watch.problem
    for recording in watch.recordings.values():
        if not _contradicts(recording, watch.start):
            ours = _in_time(recording, watch.start, bounds, patience)
            if ours is not False:
                candidates.append(recording)
                sure = sure and ours is True
    if len(candidates) == 1 and sure:
        return Finding(candidates[0], (), False, "The call's list shows the recording.")
    said = f"For {seconds:g} seconds the call's list showed no recording of it."
    if candidates:
        said = f"The call's list shows {len(candidates)} that may be of it, in candidates, and it cannot be told which."
        if len(candidates) == 1:
            said = "The call's list shows one, in candidates, and it cannot be told whether it is of this start."
    elif watch.problem:
        said = f"The call's list could not be read: {watch.problem.rstrip('.')}."
    empty = not (watch.recordings or watch.start.known or watch.problem)
    return Finding(None, tuple(candidates), empty, said)


def _contradicts(recording: dict[str, t.Any], start: Open) -> bool:
    """Tell whether a recording is not what the start asked for, so that somebody else has started it."""
    source, channels = recording.get("source"), recording.get("channels")
    if isinstance(source, str) and source != SOURCE:
        return True
    if start.form.get("RecordingChannels") == "single":
        return channels == 2
    # With one track, the API may make one channel of two.
    return channels == 1 and start.form.get("RecordingTrack", "both") == "both"


def _in_time(
    recording: dict[str, t.Any], start: Open, bounds: tuple[float, float] | None, patience: float
) -> bool | None:
    """Tell whether a recording was created when the start was under way, by the API's clock; None where it is not sure."""
    created = rfc_3339(recording.get("date_created"))
    if created is None or bounds is None or bounds[1] - bounds[0] > MOST:
        return None
    earliest, latest = created
    if latest <= start.first + bounds[0] - SKEW:
        return False
    if latest <= start.first + bounds[0] or earliest > start.last + bounds[1] + patience:
        return None
    return True
