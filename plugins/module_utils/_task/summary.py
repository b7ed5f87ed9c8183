# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a result has of lists that are in a file: numbers, the first failures, and replies for the review."""

from __future__ import annotations

import typing as t

from .results import REPLIES

# The outcomes that make a task fail.
FAILURES = ("failed", "rejected", "not_sent", "unknown")
# Failures that a result has.
SHOWN = 10
# What it has of each: no API error objects and candidates, of which there may be any number.
_FIELDS = ("outcome", "msg", "http_status")
# Replies that differ in their shape, and characters of one.
_REPLIES = 10
_LARGE = 10_000

Schemas = t.Mapping[str, t.Dict[str, t.Any]]


class Summary:
    """Counts what is in some lists.

    `lists` are their names, `outcomes` what may become of a call or recording, `replies` the schemas of lists that hold
    replies of the API.
    """

    def __init__(self, lists: t.Sequence[str], outcomes: t.Sequence[str], replies: Schemas) -> None:
        self.lists = lists
        self._replies = replies
        self._numbers = dict.fromkeys((*outcomes, *(("changed", "failed") if outcomes else ())), 0)
        self._failures: list[dict[str, t.Any]] = []
        self._shapes: dict[str, dict[t.Any, t.Any]] = {}

    def add(self, name: str, entries: t.Sequence[t.Any]) -> None:
        """Count what is added to a list."""
        self._numbers[name] = self._numbers.get(name, 0) + len(entries)
        if name in self._replies:
            self._keep_shapes(name, entries)
        if name == "outcomes":
            for entry in entries:
                self._count(entry)

    def _count(self, entry: dict[str, t.Any]) -> None:
        failed = entry["outcome"] in FAILURES
        # An outcome may have one of these names.
        for name in {entry["outcome"], *(["changed"] if entry["changed"] else []), *(["failed"] if failed else [])}:
            self._numbers[name] += 1
        if failed and len(self._failures) < SHOWN:
            # The first field is the SID.
            self._failures.append({name: entry[name] for name in (next(iter(entry)), *_FIELDS)})

    def _keep_shapes(self, name: str, entries: t.Sequence[t.Any]) -> None:
        """Keep replies that are not alike: the review is on the controller, where jsonschema is."""
        from .validation import shape

        kept = self._shapes.setdefault(name, {})
        for entry in entries:
            if len(kept) == _REPLIES:
                return
            key = shape(self._replies[name], entry) or ("", len(kept))
            if key not in kept and len(repr(entry)) < _LARGE:
                kept[key] = entry

    def result(self) -> dict[str, t.Any]:
        """Return it as return values."""
        found: dict[str, t.Any] = {"summary": self._numbers}
        if "outcomes" in self.lists:
            found["failures"] = self._failures
        replies = {name: list(kept.values()) for name, kept in self._shapes.items()}
        return {**found, REPLIES: replies} if replies else found
