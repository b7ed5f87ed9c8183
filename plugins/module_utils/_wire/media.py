# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The host that a recording's link leads to. It is another than the API's, and gets no key."""

from __future__ import annotations

import typing as t
from contextlib import contextmanager
from urllib.parse import urljoin, urlsplit

from .._base.errors import InvalidArguments, MediaError
from .._base.urls import is_confidential, is_uri
from . import messages
from .adapters import PlainAdapter
from .connection import Connection
from .proxies import proxies_for
from .transport import (
    MAX_CONNECTIONS,
    root_of,
    session_of,
    tls_of,
)

try:
    import requests
    import urllib3
except ImportError:
    # transport.py reports what is missing; this file has to stay importable.
    pass

if t.TYPE_CHECKING:
    from requests import Response

MAX_REDIRECTS = 5
CHUNK_BYTES = 256 * 1024


class MediaHost:
    """The connections to the media host."""

    def __init__(self, connection: Connection) -> None:
        self._timeout = (connection.connect_timeout, connection.timeout)
        self._session = session_of(connection)
        self._verify = connection.validate_certs
        self._proxies: dict[tuple[str, ...], dict[str, str]] = {}
        self._session.mount("https://", PlainAdapter(tls_of(connection), MAX_CONNECTIONS))
        self._session.mount("http://", PlainAdapter(None, MAX_CONNECTIONS))

    @contextmanager
    def get(self, link: t.Any, headers: t.Mapping[str, str]) -> t.Iterator[Response]:
        """Ask for what a link leads to, and give the response, whose body has not been read. Raises MediaError.

        What breaks while the body is read is MediaError as well.
        """
        url = _followed("", link)
        try:
            response = self._ask(url, headers)
            for _redirect in range(MAX_REDIRECTS):
                if response.status_code not in (301, 302, 303, 307, 308) or "Location" not in response.headers:
                    break
                response.close()
                url = _followed(url, response.headers["Location"])
                response = self._ask(url, headers)
            with response:
                # Releases of urllib3 before 2 do not do so by themselves.
                response.raw.enforce_content_length = True
                yield response
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            parts = urlsplit(url)
            # A host may answer with what it was asked for.
            cause = str(root_of(error)).replace(parts.query or url, "…").replace(parts.path, "…")
            raise MediaError(messages.MEDIA_BROKEN.format(parts.hostname, cause)) from error

    def _ask(self, url: str, headers: t.Mapping[str, str]) -> Response:
        server = urlsplit(url)
        if server[:2] not in self._proxies:
            try:
                self._proxies[server[:2]] = proxies_for(server)
            except InvalidArguments as error:
                raise MediaError(error.described("")[0]["message"], lasting=True) from error
        # Without what a session does for each request, which takes as long again.
        request = requests.PreparedRequest()
        request.prepare("GET", url, {**self._session.headers, **headers})
        proxies = self._proxies[server[:2]]
        adapter = self._session.get_adapter(url)
        return adapter.send(request, stream=True, timeout=self._timeout, verify=self._verify, proxies=proxies)


def _followed(url: str, link: t.Any) -> str:
    """Return where a link on `url` leads, if the audio may be fetched there. Raises MediaError."""
    try:
        joined = str(urljoin(url, link))
        if is_uri(joined) and is_confidential(joined):
            return joined
    except (TypeError, ValueError, AttributeError):
        pass
    raise MediaError(messages.MEDIA_LINK)
