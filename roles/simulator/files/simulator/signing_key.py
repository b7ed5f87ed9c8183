# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The key that signs callbacks."""

from __future__ import annotations

import base64
import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)


class SigningKey:
    """An Ed25519 key. `public` is its public half as base64, as the vendor's portal shows one."""

    def __init__(self, private: Ed25519PrivateKey | None = None) -> None:
        self._private = private or Ed25519PrivateKey.generate()
        raw = self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.public = base64.b64encode(raw).decode()

    @classmethod
    def of(cls, file: Path) -> SigningKey:
        """Return the key in a file, which is created if there is none. Raises ValueError if the file has another type."""
        if not file.exists():
            key = cls()
            with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                out.write(key._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
            return key
        try:
            private = load_pem_private_key(file.read_bytes(), None)
        except (ValueError, TypeError):
            private = None
        if not isinstance(private, Ed25519PrivateKey):
            raise ValueError(f"{file} is not an Ed25519 key in PEM format.")
        return cls(private)

    def headers(self, body: bytes, timestamp: int, wrong: bool = False) -> dict[str, str]:
        """Return the headers of a signed body; with `wrong`, the signature is one of another body."""
        signed = f"{timestamp}|".encode() + body + (b"&" if wrong else b"")
        signature = base64.b64encode(self._private.sign(signed)).decode()
        return {"telnyx-signature-ed25519": signature, "telnyx-timestamp": str(timestamp)}
