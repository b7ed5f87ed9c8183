# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every operation of the description is, and what its lists share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Dict

from starlette.requests import Request
from starlette.responses import Response

from .ledger import Entry

# It takes the request, its form, and its entry in the ledger.
Operation = Callable[[Request, Dict[str, Any], Entry], Response]


def raw_path(request: Request) -> str:
    """Return the path of a request as it was sent."""
    return str(request.scope["raw_path"].decode("latin-1"))


def following_path(request: Request) -> str:
    """Return the path of the next page, for the lists that have it with .json at its end."""
    return raw_path(request).removesuffix(".json") + ".json"
