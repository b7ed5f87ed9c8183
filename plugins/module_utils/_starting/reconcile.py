# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds out from the list of a call whether an uncertain start request has started a recording, and which one."""

from __future__ import annotations

import json
import time
import typing as t

from .._base.dates import rfc_3339
from .._base.errors import RequestFailed
from .._base.parallel import each
from .._base.schedule import Schedule
from . import messages
from .states import Event

if t.TYPE_CHECKING:
    from .._client.client import Client
    from .start import Start

# The source of recordings that were started by this operation, and by no other (the API's description).
SOURCE = "StartCallRecordingAPI"
# Seconds by which the clocks of the API's own machines, which date its replies and its recordings, may differ.
SKEW = 2.0
# Seconds within which that clock has to be known; one quick reply is enough.
MOST = 3.0
# The list is first read after this part of the time.
FIRST_READ = 0.1


class Finding(t.NamedTuple):
    """What a list shows of a start request."""

    event: Event
    """LISTED, NOT_LISTED or UNCLEAR."""
    msg: str
    recording: dict[str, t.Any] | None = None
    """The only one that it can have started."""
    candidates: tuple[dict[str, t.Any], ...] = ()
    """Those that it may have started, where it is not known which one, or whether."""

    def details(self) -> dict[str, t.Any]:
        """Return what goes with the event."""
        return {name: value for name, value in self._asdict().items() if name != "event" and value}


class _Watch:
    """What reading a call's list several times has shown."""

    def __init__(self, start: Start) -> None:
        self.start = start
        self.recordings: dict[str, dict[str, t.Any]] = {}
        self.problem = ""
        """Why the list could not be read the last time."""

    def read(self, client: Client) -> None:
        try:
            for recording in client.recordings.of_call(self.start.call_sid):
                sid = recording.get("sid")
                key = sid if isinstance(sid, str) else json.dumps(recording)
                if key not in self.start.before:
                    self.recordings[key] = recording
            self.problem = ""
        except RequestFailed as problem:
            self.problem = str(problem)
        except Exception as error:  # What is not foreseen must not take the other calls' results with it.
            self.problem = messages.FAILED_HERE.format(error)


def reconcile(starts: t.Sequence[Start], client: Client, seconds: float, workers: int) -> list[Finding]:
    """Read the lists a few times over `seconds`, and return what they show, in the order of `starts`.

    It takes the whole time, since a recording of somebody else may show before ours does. A list that cannot be read at
    the end is tried for as long again.
    """
    watches = [_Watch(start) for start in starts]
    left = watches
    end = time.monotonic() + seconds
    schedule = Schedule(seconds * FIRST_READ)
    reads = 0
    while left:
        pause = schedule.pause(reads)
        rest = end - time.monotonic()
        time.sleep(min(pause, rest) if rest > 0 else pause)
        begun = time.monotonic()
        each(lambda watch: watch.read(client), left, workers)
        if begun >= end:
            left = [watch for watch in watches if watch.problem] if time.monotonic() < end + seconds else []
        else:
            reads += 1
    bounds = client.clock.bounds()
    longest = client.connection.connect_timeout + client.connection.timeout
    return [_decide(watch, bounds, seconds, longest) for watch in watches]


def _decide(watch: _Watch, bounds: tuple[float, float] | None, seconds: float, longest: float) -> Finding:
    # A list that could not be read at the end may have more.
    candidates, sure = [], not watch.problem
    for recording in watch.recordings.values():
        if not _contradicts(recording, watch.start):
            ours = _in_time(recording, watch.start, bounds, longest + seconds)
            if ours is not False:
                candidates.append(recording)
                sure = sure and ours is True
    if len(candidates) == 1 and sure:
        return Finding(Event.LISTED, messages.LISTED, candidates[0])
    if len(candidates) == 1:
        return Finding(Event.UNCLEAR, messages.ONE_CANDIDATE, None, tuple(candidates))
    if candidates:
        return Finding(Event.UNCLEAR, messages.CANDIDATES.format(len(candidates)), None, tuple(candidates))
    if watch.problem:
        return Finding(Event.UNCLEAR, messages.LIST_UNREADABLE.format(watch.problem))
    # A recording that is certainly not ours still shows that the call is, or was, recorded.
    empty = not watch.recordings and not watch.start.before
    return Finding(Event.NOT_LISTED if empty else Event.UNCLEAR, messages.NOT_LISTED.format(seconds))


def _contradicts(recording: dict[str, t.Any], start: Start) -> bool:
    """Return whether a recording is not what the request asked for, so that somebody else has started it."""
    form = start.sent[-1].form
    source, channels = recording.get("source"), recording.get("channels")
    if isinstance(source, str) and source != SOURCE:
        return True
    if form.get("RecordingChannels") == "single":
        return bool(channels == 2)
    # With one track, the API may make one channel of two.
    return channels == 1 and form.get("RecordingTrack", "both") == "both"


def _in_time(
    recording: dict[str, t.Any], start: Start, bounds: tuple[float, float] | None, longest: float
) -> bool | None:
    """Return whether a recording was created when the request was under way, by the API's clock; None if not certain."""
    created = rfc_3339(recording.get("date_created"))
    if created is None or bounds is None or bounds[1] - bounds[0] > MOST:
        return None
    earliest, latest = created
    first, last = start.sent[0].time, start.sent[-1].time
    if latest <= first + bounds[0] - SKEW:
        return False
    if latest <= first + bounds[0] or earliest > last + bounds[1] + longest:
        return None
    return True
