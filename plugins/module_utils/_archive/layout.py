# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where in an archive the files of a recording are: the option `layout`."""

from __future__ import annotations

import datetime
import re
import string
import typing as t

DEFAULT = "{date:%Y/%m/%d}/{sid}"
FIELDS = ("date", "sid", "call_sid", "from", "to", "direction", "source")
OF_CALL = ("from", "to", "direction")
EXPECTED = (
    f"a relative path without suffix that has {{sid}}, and may have {', '.join(f'{{{name}}}' for name in FIELDS)};"
    " a date may have a format of digits, such as {date:%Y/%m/%d}"
)

_LITERAL = re.compile(r"[A-Za-z0-9._@=/ -]*", re.ASCII)
_DATE = re.compile(r"(?:%[YmdHMSjGV]|[0-9._/-])*", re.ASCII)
_DATE_DEFAULT = "%Y-%m-%d"
# Names that have neither a meaning to a shell, nor one in the manifest of a bag, as % has (RFC 8493, section 2.1.3).
_UNSAFE = re.compile(rb"[^A-Za-z0-9._+@:-]")
# Bytes of a name, after escaping. A file system takes 255 for all of them.
_LONGEST = 60
UNKNOWN = "unknown"
# What the archive itself has at its top.
RESERVED = ("sealed", "index.html", "recordings.js", "archive.jsonl")


class Layout:
    """Raises ValueError for a text that is no layout."""

    def __init__(self, text: str) -> None:
        self._parts = [(literal, name, spec or "") for literal, name, spec in _parsed(text)]
        if "sid" not in self.fields or not _is_relative(self.path({}, None)):
            raise ValueError(text)

    @property
    def fields(self) -> set[str]:
        """The fields that it has."""
        return {name for _literal, name, _spec in self._parts if name}

    def path(self, values: t.Mapping[str, t.Any], date: datetime.datetime | None) -> str:
        """Return the path of a recording in the archive, without suffix. What strangers chose is escaped, and cut."""
        path = "".join(literal + self._value(name, spec, values, date) for literal, name, spec in self._parts)
        # A caller may have the name of a file that is there.
        return f"={ord(path[0]):02X}{path[1:]}" if path.partition("/")[0].lower() in RESERVED else path

    def _value(self, name: str | None, spec: str, values: t.Mapping[str, t.Any], date: datetime.datetime | None) -> str:
        if name is None:
            return ""
        if name == "date":
            return date.strftime(spec or _DATE_DEFAULT) if date else "undated"
        value = values.get(name)
        # A SID is whole, or two recordings would have one path.
        return escaped(value if isinstance(value, str) else "", None if name.endswith("sid") else _LONGEST) or UNKNOWN


def escaped(text: str, longest: int | None) -> str:
    """Return a text as part of a file's name: =3C for what is not safe in one, as in RFC 2045, and no dot in front."""
    parts = _UNSAFE.sub(lambda found: b"=%02X" % ord(found[0]), text.encode("utf-8", "surrogatepass")).decode("ascii")
    if parts.startswith("."):
        parts = f"=2E{parts[1:]}"
    return parts if longest is None or len(parts) <= longest else re.sub("=.?$", "", parts[:longest])


def _parsed(text: str) -> t.Iterator[tuple[str, str | None, str | None]]:
    for literal, name, spec, conversion in string.Formatter().parse(text):
        good = name is None or (name in FIELDS and not conversion and (name == "date" or not spec))
        if not good or not _LITERAL.fullmatch(literal) or not _DATE.fullmatch(spec or ""):
            raise ValueError(text)
        yield literal, name, spec


def _is_relative(path: str) -> bool:
    return all(part and part.strip() == part and not part.startswith(".") for part in path.split("/"))
