# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The proxy that the environment names for a server."""

from __future__ import annotations

import os
import re
from urllib.parse import SplitResult
from urllib.request import getproxies_environment, proxy_bypass_environment  # type: ignore[attr-defined]

try:
    import requests
    import urllib3
except ImportError:
    # transport.py reports what is missing; this file has to stay importable.
    pass

from .._base.errors import InvalidArguments
from .._base.faults import fault
from .._base.urls import is_loopback

_EXPECTED = "the URL of an http or https proxy, such as http://proxy.example.com:3128"


def proxies_for(server: SplitResult) -> dict[str, str]:
    """Return the proxy for a server, by its scheme. Raises InvalidArguments for one that cannot be used.

    requests itself finds out only while it sends, and then it is not known whether the request has left.
    """
    # Only from the environment: on macOS, asking the system in a forked worker kills the process. And none for this
    # machine itself, where the key may go in clear text.
    host = server.hostname or ""
    proxies = getproxies_environment()
    if is_loopback(host) or proxy_bypass_environment(f"{host}:{server.port or 443}", proxies):
        return {}
    for scheme in (server.scheme, "all"):
        if scheme in proxies:
            problem = _problem(proxies[scheme])
            if problem:
                raise InvalidArguments([fault(_variable(scheme), None, _EXPECTED, problem)])
            return {server.scheme: proxies[scheme]}
    return {}


def _problem(proxy: str) -> str:
    """Return why a proxy cannot be used, or nothing. The value may have a password, and is not shown."""
    try:
        url = requests.utils.prepend_scheme_if_needed(proxy, "http")  # type: ignore[no-untyped-call]
        parts = urllib3.util.parse_url(proxy)
        # Longer labels are an error only when the name is resolved.
        (parts.host or "").encode("idna")
        if parts.host and parts.port != 0 and not re.search(r"[\s\x00-\x1f\x7f]", proxy):
            # It connects to nothing yet.
            requests.adapters.HTTPAdapter().proxy_manager_for(url)
            return ""
    except requests.exceptions.InvalidSchema:
        return "is a SOCKS proxy, for which the Python library PySocks is missing where the task runs"
    except (requests.RequestException, urllib3.exceptions.HTTPError, ValueError, TypeError):
        pass
    return "is malformed (its value is not shown)"


def _variable(scheme: str) -> str:
    """Return the name of the environment variable of a scheme; the one in lower case has precedence."""
    return max((name for name in os.environ if name.lower() == f"{scheme}_proxy"), key=str.islower)
