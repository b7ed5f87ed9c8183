# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module is private to this collection and can change at any time.

"""What must never be seen: keys, and the passwords that stand in URLs."""

from __future__ import annotations

import re
import typing as t
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies_environment

MASK = "********"
_USERINFO = re.compile(r"(?<=//)[^/?#\s]*@")


def hide_userinfo(value: t.Any) -> t.Any:
    """Return `value`, and if it is text, without the credentials of the URLs in it."""
    return _USERINFO.sub(f"{MASK}@", value) if isinstance(value, str) else value


def secrets(params: t.Mapping[str, t.Any]) -> set[str]:
    """Return the texts that must not leave the task: its key, and the passwords in its URLs and proxies."""
    found = {params.get("api_key") or ""}
    for url in [*params.values(), *getproxies_environment().values()]:
        if isinstance(url, str) and "@" in url:
            found.update(_passwords(url))
    return found - {""}


def hide(value: t.Any, hidden: t.Collection[str]) -> t.Any:
    """Return a JSON value with asterisks for the texts of `hidden`, keys included."""
    if isinstance(value, str):
        for secret in hidden:
            value = value.replace(secret, MASK)
        return value
    if isinstance(value, dict):
        return {hide(key, hidden): hide(part, hidden) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [hide(part, hidden) for part in value]
    return value


def _passwords(url: str) -> set[str]:
    try:
        password = urlsplit(url).password
    except ValueError:
        return set()
    return {password, unquote(password)} if password else set()
