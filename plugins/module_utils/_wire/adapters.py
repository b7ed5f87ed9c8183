# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connections of requests: interim responses, one timeout for a whole reply, and whether a connection was made."""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
import typing as t

if t.TYPE_CHECKING:
    from requests import PreparedRequest, Response, Session
    from requests.adapters import HTTPAdapter
    from urllib3 import PoolManager
    from urllib3.connection import HTTPConnection

    _Base = HTTPConnection
else:
    _Base = object
    try:
        from requests import Session
        from requests.adapters import HTTPAdapter
    except ImportError:
        # transport.py reports what is missing; this file has to stay importable.
        Session = HTTPAdapter = object


# As many as http.client reads of a line.
MAX_LINE_BYTES = 65537
MAX_INTERIM = 20


class PlainSession(Session):
    """A session that sees no redirects: requests reads them, and may fail to, even where it is told not to follow."""

    def get_redirect_target(self, resp: Response) -> None:
        return None


class _TimedReader(io.RawIOBase):
    """Reads from a socket until its timeout, once for all that is read: a socket itself has one for every read."""

    def __init__(self, sock: socket.socket, reader: io.RawIOBase) -> None:
        self._sock = sock
        self._reader = reader
        self._timeout = sock.gettimeout()
        self._started = time.monotonic()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: t.Any) -> int | None:
        if self._timeout is not None:
            left = self._started + self._timeout - time.monotonic()
            if left <= 0:
                raise socket.timeout("timed out")
            self._sock.settimeout(left)
        return t.cast("int | None", self._reader.readinto(buffer))

    def close(self) -> None:
        self._reader.close()
        super().close()


class _BoundedReader(io.BufferedReader):
    """Reads no line without a limit, as releases of urllib3 before 2 would: that of a chunk's size."""

    def readline(self, size: int | None = -1) -> bytes:
        return super().readline(MAX_LINE_BYTES if size is None or size < 0 else size)


class _FinalResponse(http.client.HTTPResponse):
    """Reads past interim responses: http.client itself takes any but 100 for the final one (RFC 9110, section 15.2)."""

    def begin(self) -> None:
        for _interim in range(MAX_INTERIM):
            super().begin()
            if not 100 <= self.status < 200:
                return
            if self.status == http.client.SWITCHING_PROTOCOLS:
                raise http.client.HTTPException("the protocol was switched, which was not asked for")
            # Otherwise begin() returns at once.
            self.headers = self.msg = None  # type: ignore[assignment]
        raise http.client.HTTPException(f"more than {MAX_INTERIM} interim responses")


class _TimedResponse(_FinalResponse):
    """Has one timeout for the whole response, interim ones included."""

    def __init__(self, sock: socket.socket, *args: t.Any, **kwargs: t.Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp: io.BufferedReader = _BoundedReader(_TimedReader(sock, self.fp.detach()))


class _Connection(_Base):
    """Marks errors of connect(): nothing of the request has left by then."""

    def connect(self) -> None:
        try:
            super().connect()
        except Exception as error:
            error.never_connected = True  # type: ignore[attr-defined]
            raise


def _pools(pools: t.Mapping[str, t.Any], response: type) -> dict[str, t.Any]:
    """Return the connection pools of a manager, by scheme, with our connections and this class of responses in them."""

    def ours(pool: t.Any) -> t.Any:
        connection = type("Connection", (_Connection, pool.ConnectionCls), {"response_class": response})
        return type("Pool", (pool,), {"ConnectionCls": connection})

    return {scheme: ours(pool) for scheme, pool in pools.items()}


class PlainAdapter(HTTPAdapter):
    """An HTTPAdapter that never retries, with one TLS context for all its connections.

    requests itself reads the trusted certificates again for every connection, which takes 20 ms each time. The errors of
    its connections can be told apart by never_connected().
    """

    response_class: type = _FinalResponse

    def __init__(self, context: ssl.SSLContext | None, connections: int) -> None:
        self._context = context
        super().__init__(pool_connections=1, pool_maxsize=connections)

    def init_poolmanager(self, *args: t.Any, **kwargs: t.Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._context, **kwargs)
        self._use_pools(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **kwargs: t.Any) -> t.Any:
        known = proxy in self.proxy_manager
        manager = super().proxy_manager_for(proxy, ssl_context=self._context, **kwargs)
        if not known:
            self._use_pools(manager)
        return manager

    def cert_verify(self, *args: t.Any, **kwargs: t.Any) -> None:
        """Leave the connection as it is: the context verifies."""

    def _use_pools(self, manager: PoolManager) -> None:
        manager.pool_classes_by_scheme = _pools(manager.pool_classes_by_scheme, self.response_class)


class Adapter(PlainAdapter):
    """An adapter for one server, whose timeout is one for the whole response."""

    response_class = _TimedResponse
    # Only the newest releases of urllib3 have types.
    _pool: t.Any = None

    def pool(self, prepared: PreparedRequest, verify: bool, proxies: dict[str, str]) -> t.Any:
        """Return the connections to the server, or to its proxy, which requests would look up for each request."""
        if self._pool is None:
            # Since requests 2.32.2, where the other one is deprecated.
            if hasattr(self, "get_connection_with_tls_context"):
                self._pool = self.get_connection_with_tls_context(prepared, verify, proxies)
            else:
                self._pool = self.get_connection(prepared.url or "", proxies)
        return self._pool


def never_connected(error: BaseException | None) -> bool:
    """Return whether an error, or one that it goes back to, came before a connection was made."""
    while error is not None:
        if getattr(error, "never_connected", False):
            return True
        error = error.__cause__ or error.__context__
    return False
