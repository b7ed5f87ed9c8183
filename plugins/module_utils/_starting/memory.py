# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The record of starts: in memory, for as long as the run lasts. A journal offers the same."""

from __future__ import annotations

import typing as t

from .start import Start
from .states import Event


class Moved(Exception):
    """Another run has added to the record of a start since this one read it."""


class Memory:
    """Keeps what happens for as long as this run lasts."""

    lost = False

    def load(self, start: Start) -> None:
        """Take up what is on record of a start."""

    def reload(self, start: Start) -> None:
        """Load it again, since another run has added to the record. Raises nothing."""

    def record(self, start: Start, event: Event, details: t.Mapping[str, t.Any]) -> None:
        """Record what happens before it does. Raises Moved or OSError, and then it must not happen."""
        start.apply(event, details)

    def settle(self, start: Start, event: Event, details: t.Mapping[str, t.Any]) -> None:
        """Record what has happened, whatever becomes of the record. Raises OSError for one that could not be made."""
        start.apply(event, details)

    def give_up_what_is_missing(self) -> None:
        """Let no other run wait for entries that this one could not write. It must have no request under way."""

    def is_elsewhere(self, start: Start) -> bool:
        """Return whether another run has sent a request of this start, and still waits for its answer."""
        return False

    def __enter__(self) -> Memory:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Let other runs see that this one is over."""
