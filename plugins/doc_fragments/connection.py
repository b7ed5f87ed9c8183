# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    # The options that every module of this collection has.
    DOCUMENTATION = r"""
options:
  api_key:
    description:
      - The API key of the Telnyx account, a V2 key.
      - If it is not set, the environment variable E(TELNYX_API_KEY) is used, first from the task's C(environment), then
        from the environment of the controller.
      - It is never in the output, the result or a fact.
    type: str
    required: true
  account_sid:
    description:
      - The account that the calls belong to. This is the B(organization ID) of the vendor's portal, neither a
        connection ID nor a user ID.
      - If it is not set, the environment variable E(TELNYX_ACCOUNT_SID) is used, like E(TELNYX_API_KEY).
    type: str
    required: true
  base_url:
    description:
      - The URL of the API. Only C(https) is allowed, except for a loopback host such as that of the
        P(voiceops.telnyx.simulator#role) role.
      - If it is not set, the environment variable E(TELNYX_BASE_URL) is used, like E(TELNYX_API_KEY).
    type: str
    default: https://api.telnyx.com/v2
  timeout:
    description:
      - How many seconds to wait for a reply, from 1 to 3600.
    type: int
    default: 30
  connect_timeout:
    description:
      - How many seconds to wait for a connection, from 1 to 3600.
    type: int
    default: 5
  rate_limit_timeout:
    description:
      - How many seconds, from 0 to 3600, a task may wait in total for the rate limit or a connection. It sends a request
        again only if that certainly had no effect, because the rate limit refused it (429) or no connection was made.
      - How long to wait is what the API says in C(Retry-After) or C(x-ratelimit-reset), and else a second at first, then
        twice as long each time. All requests of the task wait together. If C(x-ratelimit-remaining) is 0, they
        wait before the next one.
      - If the API wants to be left alone for longer, the task does not wait for it.
      - A certificate that is not trusted, and a name that does not exist, are not tried again.
      - With V(0) the task does not wait.
    type: int
    default: 60
  validate_certs:
    description:
      - Whether to check the server's TLS certificate. Turning this off lets anybody on the way read the API key.
    type: bool
    default: true
  ca_path:
    description:
      - A file of trusted certificates, or a folder of them, on the host of the task.
      - If it is not set, the environment variables E(REQUESTS_CA_BUNDLE) and E(CURL_CA_BUNDLE) are used, and last the
        certificates that come with the Python library.
    type: path
requirements:
  - requests (on the host of the task)
  - jsonschema (on the controller; with O(ignore:async) on the host of the task as well)
notes:
  - A proxy is taken from E(HTTPS_PROXY), E(HTTP_PROXY), E(ALL_PROXY) and E(NO_PROXY) in the environment of the host of
    the task. A loopback host is never reached through a proxy. E(HOME)/.netrc is not read.
  - A proxy that cannot be used is an error before anything is sent. SOCKS proxies need the Python library PySocks.
  - Redirects are not followed.
"""
