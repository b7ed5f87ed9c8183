# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sends a request, and returns the reply, or whether the request had left when it failed."""

from __future__ import annotations

import os
import socket
import ssl
import traceback
import typing as t
import zlib
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import urlencode, urlsplit

try:
    import requests
    import urllib3
except ImportError:
    REQUESTS_IMPORT_ERROR: str | None = traceback.format_exc()
else:
    REQUESTS_IMPORT_ERROR = None

from .._base.errors import InvalidArguments, NoReply
from .._base.faults import fault
from .._base.urls import is_base_url
from .._base.version import VERSION
from .._telnyx.operation import Request
from .._telnyx.reply import Reply
from . import messages
from .adapters import (
    Adapter,
    PlainSession,
    never_connected,
)
from .connection import Connection
from .proxies import proxies_for

HEADERS = {"User-Agent": f"voiceops.telnyx/{VERSION}", "Accept-Encoding": "identity"}
# As many as max_concurrency may be.
MAX_CONNECTIONS = 128
# A list's page of 1,000 recordings, each with 4 KiB; one with its links has less than 2 KiB.
MAX_BODY_BYTES = 4 * 1024 * 1024


class Transport:
    """The connections to one server, with one key.

    Raises InvalidArguments for a `ca_path` without certificates, for a `base_url` to which the key must not go, and for a
    proxy that cannot be used.
    """

    def __init__(self, connection: Connection) -> None:
        if not is_base_url(connection.base_url):
            raise InvalidArguments([fault("base_url", None, "https, or http to a loopback host", "is not allowed")])
        server = urlsplit(connection.base_url)
        self.host = server.netloc
        self.timeout = connection.timeout
        self.connect_timeout = connection.connect_timeout
        self.proxies = proxies_for(server)
        self._headers = {**HEADERS, "Accept": "application/json", "Connection": "keep-alive"}
        self._authorization = f"Bearer {connection.api_key}"
        self._verify = connection.validate_certs
        self._context = tls_of(connection) if server.scheme == "https" else None
        self.renew()

    def renew(self) -> None:
        """Use no connection again that there is: what comes on them may belong to other requests."""
        self._adapter = Adapter(self._context, MAX_CONNECTIONS)

    def send(self, request: Request) -> Reply:
        """Send the request once, and return the reply, a redirect or an error status included. Raises NoReply.

        The bytes are those that a session of requests would send. Its other half, which is about cookies, redirects and
        credentials in .netrc, would do nothing here, in twice the time.
        """
        prepared, adapter = requests.PreparedRequest(), self._adapter
        headers = dict(self._headers)
        try:
            prepared.prepare_url(request.url, None)
            target = adapter.request_url(prepared, self.proxies)
            pool = adapter.pool(prepared, self._verify, self.proxies)
            body = urlencode(request.form)
        except (requests.RequestException, urllib3.exceptions.HTTPError, ValueError) as error:
            raise NoReply(messages.UNBUILDABLE.format(error), sent=False, lasting=True) from error
        if request.content_type:
            headers["Content-Type"] = request.content_type
        if request.method != "GET":
            headers["Content-Length"] = str(len(body))
        headers["Authorization"] = self._authorization
        try:
            response = pool.request(
                request.method,
                target,
                body=body or None,
                headers=headers,
                retries=adapter.max_retries,
                redirect=False,
                assert_same_host=False,
                timeout=urllib3.Timeout(connect=self.connect_timeout, read=self.timeout),
                preload_content=False,
                decode_content=False,
            )
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            raise self._no_reply(error, request.url) from error
        try:
            return Reply(response.status, response.headers, _body(response))
        finally:
            # What has not been read of it must not be taken for the next reply.
            response.close()
            response.release_conn()

    def _no_reply(self, error: Exception, url: str) -> NoReply:
        proxy = requests.utils.select_proxy(url, self.proxies)
        host = messages.THROUGH_PROXY.format(self.host) if proxy else self.host
        cause = root_of(error)
        if not never_connected(error):
            if isinstance(error, urllib3.exceptions.TimeoutError):
                return NoReply(messages.NO_REPLY.format(host, self.timeout), sent=True)
            return NoReply(messages.BROKEN.format(host, cause), sent=True)
        if isinstance(cause, socket.gaierror):
            name = messages.PROXY if proxy else self.host
            lasting = cause.errno == socket.EAI_NONAME
            return NoReply(messages.UNRESOLVED.format(name, cause), sent=False, lasting=lasting)
        if isinstance(cause, ssl.SSLError):
            lasting = isinstance(cause, ssl.SSLCertVerificationError)
            return NoReply(messages.NO_TLS.format(host, cause), sent=False, lasting=lasting)
        if isinstance(cause, (socket.timeout, TimeoutError)):
            return NoReply(messages.TOO_SLOW.format(host, self.connect_timeout), sent=False)
        return NoReply(messages.UNCONNECTED.format(host, cause), sent=False)


def session_of(connection: Connection) -> PlainSession:
    """Return a session that sends no credentials, and heeds nothing but these connection options."""
    session = PlainSession()
    # Else requests would ask the system for proxies, and .netrc for another key.
    session.trust_env = False
    session.verify = connection.validate_certs
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers.update(HEADERS)
    return session


_connected: dict[tuple[int, Connection], Transport] = {}


def connect(connection: Connection) -> Transport:
    """Return the transport of a connection: in one process, the items of a loop share it."""
    # It must not be shared with the process that this one was forked from.
    key = (os.getpid(), connection)
    if key not in _connected:
        _connected[key] = Transport(connection)
    return _connected[key]


def _body(response: t.Any) -> bytes | None:
    # Releases of urllib3 before 2 do not do so by themselves.
    response.enforce_content_length = True
    body = bytearray()
    try:
        for chunk in response.stream(65536, decode_content=False):
            body += chunk
            if len(body) > MAX_BODY_BYTES:
                return None
        return _decoded(bytes(body), response.headers.get("Content-Encoding", "identity").strip().lower())
    except (urllib3.exceptions.HTTPError, OSError, zlib.error):
        return None


def _decoded(body: bytes, coding: str) -> bytes | None:
    """Undo a coding that nobody asked for, up to the limit: a few bytes can stand for very many."""
    if coding == "identity":
        return body
    if coding not in ("gzip", "x-gzip", "deflate"):
        return None
    decoder = zlib.decompressobj(zlib.MAX_WBITS | 32)
    decoded = decoder.decompress(body, MAX_BODY_BYTES)
    return decoded if decoder.eof else None


def tls_of(connection: Connection) -> ssl.SSLContext:
    """Return the TLS context of a connection. Raises InvalidArguments for a `ca_path` without certificates."""
    if not connection.validate_certs:
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        return urllib3.util.ssl_.create_urllib3_context(cert_reqs=ssl.CERT_NONE)
    named = {"ca_path": connection.ca_path}
    named.update((name, os.environ.get(name)) for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"))
    name, path = next(
        ((name, path) for name, path in named.items() if path), ("certifi", requests.utils.DEFAULT_CA_BUNDLE_PATH)
    )
    # Of urllib3, which checks host names itself in its releases before 2.
    context = urllib3.util.ssl_.create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED)
    try:
        context.load_verify_locations(**{"capath" if os.path.isdir(path) else "cafile": path})
        return context
    except OSError as error:
        expected = f"a file or folder of certificates on the target host ({error.strerror or error})"
        raise InvalidArguments([fault(name, path, expected)]) from error


def root_of(error: BaseException) -> BaseException:
    """Return what an error goes back to; requests and urllib3 each wrap it once or twice."""
    while error.__cause__ or error.__context__:
        error = t.cast(BaseException, error.__cause__ or error.__context__)
    return error
