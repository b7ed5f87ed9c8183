# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sidecar: what is known of a recording, in JSON beside its audio. docs/sidecar.schema.json is its JSON Schema."""

from __future__ import annotations

import datetime
import json
import platform
import typing as t

from .._base.dates import rfc_3339
from .._base.version import VERSION
from .log import File

FORMAT = "voiceops.telnyx recording 1"
SUFFIX = ".json"
# A recording's own, which the API cannot change. An older sidecar that has another one is of something else.
_SIDS = ("account_sid", "call_sid", "conference_sid")
FIXED = (*_SIDS, "channels")
OF_CALL = {
    "from": "from",
    "to": "to",
    "direction": "direction",
    "started": "start_time",
    "ended": "end_time",
    "duration": "duration",
    "session": "session",
    "status": "status",
}
# A link to the audio is a secret while it works, and of no use afterwards.
_SECRET = ("media_url",)

Recording = t.Mapping[str, t.Any]


def started_of(recording: Recording) -> str | None:
    """Return when a recording began, in UTC, or was created if the API does not report that."""
    for name in ("start_time", "date_created"):
        seconds = rfc_3339(recording[name])
        if seconds:
            date = datetime.datetime.fromtimestamp(seconds[0], datetime.timezone.utc)
            return date.strftime("%Y-%m-%dT%H:%M:%SZ")
    return None


class Sidecar(t.NamedTuple):
    """A sidecar, and its file as it is on the disk."""

    facts: dict[str, t.Any]
    file: File


def facts_of(recording: Recording) -> dict[str, t.Any]:
    """Return what is FIXED, in the documented types: None for anything else that the API has there."""
    return {**{name: text(recording[name]) for name in _SIDS}, "channels": _number(recording["channels"])}


def text(value: t.Any) -> str | None:
    """Return a value if it is a text."""
    return value if isinstance(value, str) else None


def _number(value: t.Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def sidecar_of(
    recording: Recording, call: Recording | None, audio: File, content_type: str, measured: float | None
) -> dict[str, t.Any]:
    """Return the sidecar of a recording, normalized, and its call, if that is known. `measured` is in seconds."""
    now = datetime.datetime.now(datetime.timezone.utc)
    return {
        "format": FORMAT,
        "recording_sid": recording["sid"],
        **facts_of(recording),
        "source": text(recording["source"]),
        "track": text(recording.get("track")),
        "started": started_of(recording),
        "created": text(recording["date_created"]),
        "updated": text(recording["date_updated"]),
        "duration": {"reported": _number(recording["duration"]), "measured": measured},
        "audio": {
            "file": audio.name.rpartition("/")[2],
            "content_type": content_type,
            "bytes": audio.size,
            "sha256": audio.sha256,
        },
        "call": call and {name: call[theirs] for name, theirs in OF_CALL.items()},
        "recording": {name: value for name, value in recording.items() if name not in _SECRET},
        "archived": {
            "at": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "collection": VERSION,
            "python": platform.python_version(),
        },
    }


def to_bytes(sidecar: t.Mapping[str, t.Any]) -> bytes:
    """Return a sidecar as its file has it: a field a line. Indenting all of it takes json ten times as long."""
    fields = ",\n".join(f"  {json.dumps(name)}: {json.dumps(value)}" for name, value in sidecar.items())
    return f"{{\n{fields}\n}}\n".encode("ascii")


def of_bytes(data: bytes) -> dict[str, t.Any]:
    """Return the sidecar that a file has. Raises ValueError for what is none."""
    sidecar = json.loads(data)
    if not isinstance(sidecar, dict) or sidecar.get("format") != FORMAT:
        raise ValueError(f"not of the format {FORMAT!r}")
    return sidecar


def disagreement(sidecar: t.Mapping[str, t.Any], recording: Recording) -> str:
    """Return the first field in which a sidecar and the API's recording differ, or nothing."""
    if sidecar.get("recording_sid") != recording["sid"]:
        return "recording_sid"
    pairs = [(name, sidecar.get(name), value) for name, value in facts_of(recording).items()]
    pairs.append(("duration", sidecar["duration"]["reported"], _number(recording["duration"])))
    # The models of two lists report more or less; none reports another value.
    return next((name for name, ours, theirs in pairs if None not in (ours, theirs) and ours != theirs), "")
