# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a URL may be."""

from __future__ import annotations

import ipaddress
import re
import typing as t
from urllib.parse import unquote_to_bytes, urlsplit

# The grammar of RFC 3986, appendix A, for URIs with an authority.
_CHARACTERS = r"A-Za-z0-9\-._~!$&'()*+,;="
_ESCAPE = "%[0-9A-Fa-f]{2}"
_PATH = f"(?:[{_CHARACTERS}:@/]|{_ESCAPE})*"
_TAIL = f"(?:[{_CHARACTERS}:@/?]|{_ESCAPE})*"
_URI = re.compile(
    rf"[A-Za-z][A-Za-z0-9+.\-]*://(?:(?:[{_CHARACTERS}:]|{_ESCAPE})*@)?"
    rf"(?:\[[0-9A-Fa-f:.]+\]|(?:[{_CHARACTERS}]|{_ESCAPE})+)(?::\d*)?(?:/{_PATH})?(?:\?{_TAIL})?(?:#{_TAIL})?"
)


def is_uri(value: t.Any) -> bool:
    """Return whether a text is an absolute URI with a host (RFC 3986). jsonschema needs an extra package for it."""
    if not isinstance(value, str):
        return True
    try:
        parts = urlsplit(value)
        return bool(_URI.fullmatch(value) and parts.hostname) and (parts.port or 0) <= 65535
    except ValueError:
        return False


def is_loopback(host: str) -> bool:
    """Return whether a host name is this machine itself: localhost, 127.0.0.0/8 or ::1."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_base_url(value: t.Any) -> bool:
    """Return whether the key may be sent there: in clear text only to this machine itself."""
    if not isinstance(value, str):
        return True
    if not is_uri(value) or re.search("[@?#]", value):
        return False
    return is_confidential(value)


def is_confidential(url: str) -> bool:
    """Return whether nobody on the way can read what is sent to an absolute URL: by TLS, or to this machine itself."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))


def normal(url: str) -> str:
    """Return the one spelling of all base URLs that mean the same (RFC 3986, section 6.2).

    The host is in lower case, the port is not the default one, and the path has no dot segments and no needless escapes.
    """
    parts = urlsplit(url)
    host = re.sub(r":\d*$", "", parts.netloc.lower())
    if parts.port not in (None, {"https": 443, "http": 80}.get(parts.scheme)):
        host += f":{parts.port}"
    path = re.sub(_ESCAPE, lambda found: _unescaped(found[0]), parts.path)
    return parts._replace(netloc=host, path=_without_dots(path).rstrip("/")).geturl()


def _unescaped(escape: str) -> str:
    character = chr(int(escape[1:], 16))
    return character if re.match(r"[A-Za-z0-9\-._~]", character) else escape.upper()


def _without_dots(path: str) -> str:
    """Return what is left of an absolute path without its segments . and .. (RFC 3986, section 5.2.4)."""
    left: list[str] = []
    for segment in path.split("/"):
        if segment != "..":
            left += [segment] if segment != "." else []
        elif len(left) > 1:
            left.pop()
    return "/".join(left)


def decoded(segment: str) -> bytes:
    """Return what a segment of a path means, in whichever way its characters are escaped."""
    return unquote_to_bytes(segment.encode("utf-8", "surrogatepass"))
