# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""JSON that can be answered."""

from __future__ import annotations

import json
from typing import Any


def parse(body: bytes) -> Any:
    """Return the value of a JSON text. Raises ValueError, also for what a reply could not repeat."""
    try:
        value = json.loads(body, parse_constant=_refuse)
        json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("The body is nested too deeply.") from None
    except UnicodeEncodeError:
        raise ValueError("The body has a lone surrogate, which is not a character.") from None
    return value


def _refuse(constant: str) -> None:
    raise ValueError(f"The body has {constant}, which is not JSON.")
