# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module is private to this collection and can change at any time.

"""What comes back from a server, or does not."""

from __future__ import annotations

import typing as t


class Reply(t.NamedTuple):
    """What came back. `body` is None where it broke off or was too large."""

    status: int
    headers: t.Mapping[str, str]
    body: bytes | None


class NoReply(Exception):
    """No status came back. `sent` is False only if the request surely never left."""

    def __init__(self, reason: str, sent: bool) -> None:
        super().__init__(reason)
        self.sent = sent
