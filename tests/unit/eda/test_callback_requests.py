# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which requests the receiver takes, and what it answers the others."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import time
import traceback
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from multidict import CIMultiDict
from support.events import FORM, Endpoint, Signer, completed, drained, form, load, receiver

# About no version of Ansible.
pytestmark = pytest.mark.once
callback = load("callback")

# Of the vendor's documentation.
KEY = "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg="
TIMESTAMP = "1700000000"
BODY = (
    b"AccountSid=cb6cfbbc-eb00-41af-a3f3-0d7b32009e4b&CallSid=v2%3Aqiaymu&RecordingStatus=completed"
    b"&RecordingSid=35094891-3290-4142-b2c2-b2eda57534cf"
)
SIGNATURE = "a50N5g6d+07EFUC9XUPVAl8HKchroE1XDcKvuRzi0Xrc7DUn5t2kb0gbUWy7tNXZPaiUllgWc3NUER17asmDCA=="

Scenario = Callable[[Endpoint, "asyncio.Queue[Any]"], Awaitable[None]]
Run = Callable[..., None]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a scenario with a receiver and the queue into which it emits."""

    def with_receiver(scenario: Scenario, **args: object) -> None:
        async def whole() -> None:
            queue: asyncio.Queue[Any] = asyncio.Queue()
            async with receiver(callback, queue, tmp_path / "spool", **args) as endpoint:  # type: ignore[arg-type]
                await scenario(endpoint, queue)

        asyncio.run(whole())

    return with_receiver


@pytest.fixture
def at_the_vector(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the receiver's clock to the time of the vendor's test vector."""
    monkeypatch.setattr(callback.time, "time", lambda: int(TIMESTAMP) + 10.0)


def vector(**changed: str) -> dict[str, str]:
    headers = {"telnyx-timestamp": TIMESTAMP, "telnyx-signature-ed25519": SIGNATURE, "Content-Type": FORM}
    return {**headers, **{name.replace("_", "-"): value for name, value in changed.items()}}


class _Request:
    """A request without a network."""

    method = "POST"

    def __init__(self, body: bytes, headers: dict[str, str]) -> None:
        self.content_length = len(body)
        self.headers = CIMultiDict(headers)
        self._body = body

    async def read(self) -> bytes:
        return self._body


def verify(body: bytes, headers: dict[str, str], key: str = KEY) -> bytes:
    options = callback.read_options({"public_key": key, "spool": "/nowhere"})
    return bytes(asyncio.run(callback.verified_body(_Request(body, headers), options)))


@pytest.mark.usefixtures("at_the_vector")
def test_vector_is_taken(run: Run) -> None:
    async def scenario(endpoint: Endpoint, queue: asyncio.Queue[Any]) -> None:
        assert await endpoint.post(BODY, vector()) == (200, {"outcome": "stored"})
        [event] = await drained(queue, 1)
        assert event["type"] == "recording.completed"
        assert event["recording"]["sid"] == "35094891-3290-4142-b2c2-b2eda57534cf"
        assert event["call"]["sid"] == "v2:qiaymu"

    run(scenario, public_key=KEY)


def flipped(text: bytes) -> Iterator[bytes]:
    """Give a text with each of its bits changed."""
    for index in range(len(text) * 8):
        changed = bytearray(text)
        changed[index // 8] ^= 1 << index % 8
        yield bytes(changed)


LONG = completed("RE1", AccountSid="f5586561-8ff0-4291-a51b-c7dfe4139ff9", From="+35319605860", Name="Zo\u00eb")
SIGNER = Signer()


@pytest.mark.usefixtures("at_the_vector")
@pytest.mark.parametrize(
    ("body", "key", "headers"),
    [
        (BODY, KEY, vector()),
        (LONG, SIGNER.public_key, SIGNER.headers(LONG, at=int(TIMESTAMP))),
    ],
    ids=["vector", "long"],
)
def test_each_bit_counts(body: bytes, key: str, headers: dict[str, str]) -> None:
    """Of the body, the timestamp and the signature, the last characters of base64 included."""
    assert verify(body, headers, key) == body
    requests = [(changed, headers) for changed in flipped(body)]
    for name in ("telnyx-timestamp", "telnyx-signature-ed25519"):
        changes = [one.decode("latin-1") for one in flipped(headers[name].encode())]
        requests += [(body, {**headers, name: one}) for one in changes]
    assert len(requests) == 8 * (len(body) + 10 + 88)
    for changed, with_headers in requests:
        with pytest.raises(callback.RefusedError) as refused:
            verify(changed, with_headers, key)
        assert refused.value.status == 401


@pytest.mark.usefixtures("at_the_vector")
@pytest.mark.parametrize(
    "signature",
    [
        SIGNATURE[:-2],
        SIGNATURE + "\n",
        SIGNATURE.replace("+", "-"),
        SIGNATURE.replace("g6d", "g 6d"),
        "!" + SIGNATURE,
        base64.b64encode(bytes(63)).decode(),
        base64.b64encode(bytes(64)).decode(),
        "é" * 88,
        "",
    ],
)
def test_base64_is_strict(signature: str) -> None:
    with pytest.raises(callback.RefusedError, match="signature"):
        verify(BODY, vector(telnyx_signature_ed25519=signature))


@pytest.mark.parametrize(
    ("offset", "status"), [(0, 200), (-299, 200), (299, 200), (-301, 401), (301, 401), (-86400, 401), (10**9, 401)]
)
def test_stale_and_future_timestamps(run: Run, monkeypatch: pytest.MonkeyPatch, offset: int, status: int) -> None:
    now = int(time.time())
    monkeypatch.setattr(callback.time, "time", lambda: float(now))

    async def scenario(endpoint: Endpoint, _queue: asyncio.Queue[Any]) -> None:
        body = completed("RE1")
        got, reply = await endpoint.post(body, endpoint.signer.headers(body, at=now + offset))
        assert got == status, reply

    run(scenario)


@pytest.mark.parametrize("timestamp", ["", "+1", " 1e9", "1_0", "-5", "0x10", "١٢", "9" * 400, "1700000000.0"])
def test_timestamp_is_a_plain_number(timestamp: str) -> None:
    with pytest.raises(callback.RefusedError, match="timestamp"):
        verify(BODY, vector(telnyx_timestamp=timestamp))


def test_order_of_checks(run: Run) -> None:
    """Each request has all faults that are left, and the first one counts."""
    large = b"x" * (callback.LARGEST + 1)

    async def scenario(endpoint: Endpoint, queue: asyncio.Queue[Any]) -> None:
        signer, url = endpoint.signer, f"{endpoint.url}/callbacks"

        async def status(method: str, body: bytes, headers: dict[str, str]) -> int:
            async with endpoint.session.request(method, url, data=body, headers=headers) as response:
                if response.status == 405:
                    assert response.headers["Allow"] == "POST"
                    assert "not signed" in await response.text()
                return response.status

        text = {"Content-Type": "text/plain"}
        stale = signer.headers(b"{", at=time.time() - 1000, content_type="text/plain")
        forged = {**signer.headers(b"other", content_type="text/plain")}
        assert await status("GET", large, text) == 413
        assert await status("GET", b"{", text) == 405
        assert await status("PUT", b"{", text) == 405
        assert await status("POST", b"{", text) == 401
        assert await status("POST", b"{", {**stale, "telnyx-signature-ed25519": "?"}) == 401
        assert await status("POST", b"{", stale) == 401
        assert await status("POST", b"{", forged) == 401
        assert await status("POST", b"{", signer.headers(b"{", content_type="text/plain")) == 415
        assert await status("POST", b"{", signer.headers(b"{", content_type="application/json")) == 400
        assert queue.empty()
        assert (await endpoint.health())["refused"] == 9
        assert (await endpoint.health())["pending"] == 0

    run(scenario)


def test_signed_twice_is_refused(run: Run) -> None:
    async def scenario(endpoint: Endpoint, _queue: asyncio.Queue[Any]) -> None:
        body = completed("RE1")
        headers = [*endpoint.signer.headers(body).items(), ("telnyx-timestamp", "1")]
        status, reply = await endpoint.post(body, headers)  # type: ignore[arg-type]
        assert (status, reply["error"]) == (
            401,
            "it needs one header telnyx-signature-ed25519 and one telnyx-timestamp",
        )

    run(scenario)


def test_bodies(run: Run) -> None:
    """Whatever the order of the fields and the spelling of characters, the signature is over the bytes."""
    bodies = {
        b"RecordingStatus=completed&RecordingSid=RE1&From=%2B1312&To=sip%3Aa+b%40c": ("+1312", "sip:a b@c"),
        b"To=%2b1312&From=+x&RecordingSid=RE2&RecordingStatus=completed": (" x", "+1312"),
        "From=Zo%C3%AB&To=Ren\u00e9e&RecordingSid=RE3&RecordingStatus=completed".encode(): ("Zo\u00eb", "Ren\u00e9e"),
        b"From=&To=a%3Db%26c&RecordingSid=RE4&RecordingStatus=completed&": ("", "a=b&c"),
    }

    async def scenario(endpoint: Endpoint, queue: asyncio.Queue[Any]) -> None:
        for body, (caller, callee) in bodies.items():
            assert (await endpoint.post(body))[0] == 200, body
            [event] = await drained(queue, 1)
            assert (event["payload"]["From"], event["payload"]["To"]) == (caller, callee)

    run(scenario)


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        (FORM + "; charset=UTF-8", b"RecordingSid=a&RecordingStatus=completed&From=%C3%AB", 200),
        (FORM + "; charset=iso-8859-1", b"RecordingSid=a&RecordingStatus=completed&From=%EB", 200),
        (FORM + '; charset="utf-8"', b"RecordingSid=a&RecordingStatus=completed&From=%C3%AB", 200),
        (FORM.upper(), b"RecordingSid=a&RecordingStatus=completed&From=%C3%AB", 200),
        (FORM + "; charset=utf-16", b"a=b", 415),
        (FORM + "; charset=" + "x" * 900, b"a=b", 415),
        ("text/html", b"a=b", 415),
        ("multipart/form-data; boundary=x", b"a=b", 415),
        (FORM, b"From=%EB", 400),
        (FORM, b"From=\xeb", 400),
        (FORM, b"nothing", 400),
        (FORM, b"", 400),
        (FORM, b"&".join(b"a=b" for _number in range(2000)), 400),
        ("application/json", b"[]", 400),
        ("application/json", b'{"a": ', 400),
        ("application/json", b"[" * 20000, 400),
        (
            "application/json; charset=utf-8",
            '{"RecordingSid": "a", "RecordingStatus": "completed", "From": "ë"}'.encode(),
            200,
        ),
    ],
)
def test_content_types(run: Run, content_type: str, body: bytes, status: int) -> None:
    async def scenario(endpoint: Endpoint, queue: asyncio.Queue[Any]) -> None:
        assert (await endpoint.post(body, content_type=content_type))[0] == status
        if status == 200:
            [event] = await drained(queue, 1)
            assert event["type"] == "recording.completed"
            assert event["payload"]["From"] == "ë"

    run(scenario)


def test_repeated_callbacks_are_emitted_once(run: Run) -> None:
    async def scenario(endpoint: Endpoint, queue: asyncio.Queue[Any]) -> None:
        body = completed("RE1")
        headers = endpoint.signer.headers(body)
        replayed = [await endpoint.post(body, headers) for _number in range(3)]
        # Signed again, with a fresh link, and with another spelling.
        later = endpoint.signer.headers(body, at=time.time() + 5)
        again = [
            await endpoint.post(body, later),
            await endpoint.post(completed("RE1", RecordingUrl="https://media.invalid/2")),
            await endpoint.post(b"RecordingStatus=completed&RecordingSid=RE1&RecordingDuration=12"),
        ]
        other = await endpoint.post(form(RecordingSid="RE1", RecordingStatus="in-progress"))
        assert [reply["outcome"] for _status, reply in (*replayed, *again, other)] == [
            "stored",
            *["duplicate"] * 5,
            "stored",
        ]
        events = await drained(queue, 2)
        assert [event["type"] for event in events] == ["recording.completed", "recording.started"]
        report = await endpoint.health()
        assert (report["stored"], report["duplicate"]) == (2, 5)

    run(scenario)


def test_keys_are_rotated(run: Run) -> None:
    old, new, stranger = Signer(), Signer(), Signer()

    async def scenario(endpoint: Endpoint, queue: asyncio.Queue[Any]) -> None:
        bodies = [completed(f"RE{index}") for index in range(6)]
        signers = [old, old, new, old, new, new]
        # What the vendor had queued under the old key comes after the new one is in use.
        statuses = [await endpoint.post(body, signer=signer) for body, signer in zip(bodies, signers, strict=True)]
        assert {status for status, _reply in statuses} == {200}
        assert (await endpoint.post(completed("RE9"), signer=stranger))[0] == 401
        assert len(await drained(queue, 6)) == 6

    run(scenario, public_key=[old.public_key, new.public_key])


def test_key_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    signers = [Signer(), Signer()]
    monkeypatch.setenv("TELNYX_PUBLIC_KEY", ", ".join(one.public_key for one in signers))
    assert len(callback.read_options({"spool": str(tmp_path)}).keys) == 2


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ({"public_key": None}, "public_key is required: set it, or the environment variable TELNYX_PUBLIC_KEY"),
        ({"public_key": []}, "public_key is required"),
        ({"public_key": "KEY0123"}, "public_key: key 1 of 1 is not the base64 of 32 bytes"),
        ({"public_key": [KEY, KEY[:-1]]}, "public_key: key 2 of 2 is not"),
        ({"public_key": KEY.encode()}, "public_key: key 1 of 1"),
        ({"spool": None}, "spool is required"),
        ({"spool": "/proc/spool"}, "spool: '/proc/spool' cannot be used"),
        ({"port": "many"}, "port must be a whole number from 0 to 65535, not 'many'"),
        ({"tolerance": 0}, "tolerance must be a whole number from 1 to 3600, not 0"),
        ({"tolerance": True}, "tolerance must be a whole number"),
        ({"max_pending": 1.5}, "max_pending must be a whole number"),
        ({"path": "callbacks"}, "path must begin with /"),
        ({"path": "/healthz"}, "/healthz is taken"),
        ({"include_url": "perhaps"}, "include_url must be true or false"),
        ({"feedback": "perhaps"}, "feedback must be true or false"),
        ({"feedback": True}, "feedback needs ansible-rulebook with --persistence-id"),
        (
            {"feedback": "false", "eda_feedback_queue": "a queue"},
            "feedback must be false, not 'false', which ansible-rulebook takes as true",
        ),
        ({"keyfile": "a.pem"}, "keyfile and password need certfile"),
        ({"certfile": "/nowhere.pem"}, "certfile, keyfile and password cannot be used"),
        ({"tolerence": 5}, "'tolerence' is not an option. Options: host, port"),
    ],
)
def test_options_are_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: dict[str, Any], message: str
) -> None:
    monkeypatch.delenv("TELNYX_PUBLIC_KEY", raising=False)
    given = {"public_key": KEY, "spool": str(tmp_path), **args}
    with pytest.raises(callback.OptionError) as error:
        asyncio.run(callback.main(asyncio.Queue(), given))
    assert message in str(error.value)
    assert "KEY0123" not in str(error.value)


def test_links_are_left_out_unless_wanted(run: Run) -> None:
    body = completed("RE1")

    async def without(endpoint: Endpoint, queue: asyncio.Queue[Any]) -> None:
        await endpoint.post(body)
        assert "media.invalid" not in json.dumps(await drained(queue, 1))

    async def with_link(endpoint: Endpoint, queue: asyncio.Queue[Any]) -> None:
        await endpoint.post(completed("RE2"))
        [event] = await drained(queue, 1)
        assert event["recording"]["media_url"] == event["payload"]["RecordingUrl"] == "https://media.invalid/RE2"

    run(without)
    run(with_link, include_url="true")


def test_payload_where_it_differs_from_what_was_posted(run: Run) -> None:
    """As documented: links, beginnings of templates, fields that come twice, and numbers as texts."""

    async def scenario(endpoint: Endpoint, queue: asyncio.Queue[Any]) -> None:
        await endpoint.post(
            b"CallSid=v3:a&CallDuration=7&From=%7B%7Bx%7D%7D&MediaURLs=https://a&Twice=1&Twice=2&Curl_=b"
        )
        [event] = await drained(queue, 1)
        wanted = {"CallSid": "v3:a", "CallDuration": "7", "From": "{ {x}}", "Twice": "2", "Curl_": "b"}
        assert event["payload"] == wanted

    run(scenario)


def test_logs_have_reasons_and_no_secrets(run: Run, caplog: pytest.LogCaptureFixture, capfd: Any) -> None:
    caplog.set_level(logging.DEBUG)

    async def scenario(endpoint: Endpoint, _queue: asyncio.Queue[Any]) -> None:
        body = completed("RESECRET", From="+13125550123")
        signed = endpoint.signer.headers(body)
        await endpoint.post(body)
        await endpoint.post(body, {**signed, "telnyx-timestamp": "12"})
        await endpoint.post(body + b"&a=b", signed)
        await endpoint.post(b"From=%FF13125550123")
        await endpoint.post(body, content_type="text/evil\u2028" + "x" * 500)
        async with endpoint.session.get(f"{endpoint.url}/callbacks?RecordingUrl=https://media.invalid/secret"):
            pass

    signer = Signer()
    run(scenario, signer=signer)
    own = [one.getMessage() for one in caplog.records if "Refused" in one.getMessage()]
    for reason in ("seconds old; tolerance is 300", "does not match any public_key", "cannot be parsed", "not signed"):
        assert any(reason in line for line in own), own
    everything = "\n".join(one.getMessage() for one in caplog.records) + "".join(capfd.readouterr())
    for secret in ("RESECRET", "3125550123", "media.invalid", signer.public_key, "\u2028", "x" * 100):
        assert secret not in everything


def test_health(run: Run) -> None:
    async def scenario(endpoint: Endpoint, queue: asyncio.Queue[Any]) -> None:
        before = await endpoint.health()
        assert before == {
            "http": 200,
            "status": "ok",
            "pending": 0,
            "oldest_pending_seconds": None,
            "last_callback": None,
            "stored": 0,
            "duplicate": 0,
            "refused": 0,
            "unavailable": 0,
            "emitted": 0,
        }
        await endpoint.post(completed("RE1"))
        await drained(queue, 1)
        assert (await endpoint.health())["last_callback"].endswith("Z")

    run(scenario)


def test_other_paths_are_unknown(run: Run) -> None:
    async def scenario(endpoint: Endpoint, _queue: asyncio.Queue[Any]) -> None:
        for path in ("/", "/callbacks/", "/hooks"):
            async with endpoint.session.post(endpoint.url + path, data=b"a=b") as response:
                assert response.status == (401 if path == "/hooks" else 404)

    run(scenario, path="/hooks")


def test_tls(run: Run, tmp_path: Path) -> None:
    trustme = pytest.importorskip("trustme")
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    certificate.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    certificate.private_key_pem.write_to_path(tmp_path / "key.pem")

    async def scenario(endpoint: Endpoint, _queue: asyncio.Queue[Any]) -> None:
        import ssl

        context = ssl.create_default_context()
        authority.configure_trust(context)
        url = endpoint.url.replace("http:", "https:") + "/healthz"
        async with endpoint.session.get(url, ssl=context) as response:
            assert response.status == 200

    run(scenario, certfile=str(tmp_path / "cert.pem"), keyfile=str(tmp_path / "key.pem"))


@pytest.fixture
def encrypted(tmp_path: Path) -> dict[str, str]:
    """Return the options for a certificate whose private key is encrypted, with its password."""
    trustme = pytest.importorskip("trustme")
    certificate = trustme.CA().issue_cert("127.0.0.1")
    certificate.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    key = serialization.load_pem_private_key(certificate.private_key_pem.bytes(), None)
    encryption = serialization.BestAvailableEncryption(b"SECRET-right")
    formatted = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)
    (tmp_path / "key.pem").write_bytes(formatted)
    return {
        "certfile": str(tmp_path / "cert.pem"),
        "keyfile": str(tmp_path / "key.pem"),
        "password": "SECRET-right",
    }


def test_key_that_is_encrypted(run: Run, encrypted: dict[str, str]) -> None:
    async def scenario(endpoint: Endpoint, _queue: asyncio.Queue[Any]) -> None:
        async with endpoint.session.get(endpoint.url.replace("http:", "https:") + "/healthz", ssl=False) as response:
            assert response.status == 200

    run(scenario, **encrypted)


@pytest.mark.parametrize("password", ["SECRET-wrong", "SECRET" * 1000, "", None, ["SECRET-right"]])
def test_password_that_is_wrong(tmp_path: Path, encrypted: dict[str, str], password: Any) -> None:
    """An error that does not have it."""
    given = {"public_key": KEY, "spool": str(tmp_path / "spool"), **encrypted, "password": password}
    with pytest.raises(callback.OptionError, match="certfile, keyfile and password cannot be used") as error:
        asyncio.run(callback.main(asyncio.Queue(), given))
    everything = "".join(traceback.format_exception(error.value))
    assert "SECRET" not in everything
    assert len(str(error.value)) < 200
