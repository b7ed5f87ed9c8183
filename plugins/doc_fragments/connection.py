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
      - The API key (V2) of the Telnyx account.
      - If it is not set, the environment variable E(TELNYX_API_KEY) is used, from the task's C(environment) or from the
        controller's environment, in this order.
      - It is never in output, results or facts.
    type: str
    required: true
  account_sid:
    description:
      - The organization ID of the Telnyx account.
      - The Telnyx portal shows it. A connection ID or a user ID does not work.
      - If it is not set, E(TELNYX_ACCOUNT_SID) is used, like E(TELNYX_API_KEY).
    type: str
    required: true
  base_url:
    description:
      - The URL of the API.
      - It must be C(https), except for a loopback host such as that of the role P(voiceops.telnyx.simulator#role).
      - If it is not set, E(TELNYX_BASE_URL) is used, like E(TELNYX_API_KEY).
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
      - How many seconds in total, from 0 to 3600, a task waits for the rate limit or a connection.
      - A request that cannot have had an effect, because no connection was made or it was rate limited (429), is retried
        within this time.
      - The API sets the wait in C(Retry-After) or C(x-ratelimit-reset). Otherwise it begins at up to one second and doubles
        each time. All requests of the task wait together. If C(x-ratelimit-remaining) is 0, they wait before the next one.
      - If the API asks for a longer wait than is left, the task does not wait.
      - An untrusted certificate or an unknown host name is not retried.
      - With V(0), the task does not wait.
    type: int
    default: 60
  validate_certs:
    description:
      - Whether to validate the server's TLS certificate.
      - If this is disabled, anyone on the network path can read the API key.
    type: bool
    default: true
  ca_path:
    description:
      - A file or directory of trusted CA certificates, on the target host.
      - If it is not set, the environment variables E(REQUESTS_CA_BUNDLE) and E(CURL_CA_BUNDLE) are used, then the
        certificates of the Python library.
    type: path
requirements:
  - requests (on the target host)
  - jsonschema (on the controller; with O(ignore:async) also on the target host)
notes:
  - The target host's E(HTTPS_PROXY), E(HTTP_PROXY), E(ALL_PROXY) and E(NO_PROXY) are used, but not for loopback hosts.
    E(HOME)/.netrc is not read.
  - An unusable proxy is an error before anything is sent. SOCKS proxies need the Python library PySocks.
  - Redirects are not followed.
"""
