# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether an object of the API is the one that was asked for, or one of it."""

from __future__ import annotations

import typing as t

from .._base.urls import decoded

# What an object calls the parameters of a path, where it is not their own name.
_FIELDS = {"recording_sid": "sid", "recording_transcription_sid": "sid"}
_SIDS = ("call_sid", "conference_sid", *_FIELDS)


def mismatch(names: t.Mapping[str, str | bytes], found: t.Mapping[str, t.Any]) -> str:
    """Return the field in which an object names another call, conference or recording than the request, or nothing.

    `names` are the parameters of the request's path. A field that is missing, or is not a string, does not disagree.
    """
    for name in _SIDS:
        if name in names:
            field = _FIELDS.get(name, name)
            value, asked = found.get(field), names[name]
            if isinstance(value, str) and decoded(value) != (asked if isinstance(asked, bytes) else decoded(asked)):
                return field
    return ""
