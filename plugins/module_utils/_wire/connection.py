# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a task reaches the API: the connection options, as one value."""

from __future__ import annotations

import typing as t


class Connection(t.NamedTuple):
    """Where the API is, whose account is meant, and how long to wait for it. Equal values share their connections."""

    base_url: str
    account_sid: str
    api_key: str
    timeout: int
    """Seconds for a whole reply."""
    connect_timeout: int
    """Seconds."""
    validate_certs: bool = True
    ca_path: str | None = None


def connection_of(params: t.Mapping[str, t.Any]) -> Connection:
    """Return the connection of a task's parameters. One that sends nothing needs neither account nor key."""
    given = {name: params[name] for name in Connection._fields if name in params}
    return Connection(**{"account_sid": "", "api_key": "", **given})
