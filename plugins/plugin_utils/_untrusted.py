# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to this collection and can change at any time.

"""Text that strangers choose, as variables that are never templates, not even where an export of the inventory is read."""

from __future__ import annotations

import re
import typing as t

try:
    from ansible.template import trust_as_template
except ImportError:
    # Before ansible-core 2.19, a text is a template unless it is marked.
    from ansible.utils.unsafe_proxy import AnsibleUnsafeText

    def _plain(text: str) -> str:
        return text

    def _strange(text: str) -> str:
        return t.cast(str, AnsibleUnsafeText(text))
else:
    # Since then, a text is no template unless it is trusted. An export marks each one that is not, and AWX stores the export.
    def _plain(text: str) -> str:
        return trust_as_template(str(text))

    def _strange(text: str) -> str:
        return str(text)


# The second is a header that sets other delimiters, with which a template has no braces.
_MAY_BE_TEMPLATE = re.compile(r"[{}]|\s*#jinja2:")


def without_templates(value: t.Any) -> t.Any:
    """Return a JSON value in which no text is a template."""
    if isinstance(value, str):
        return _strange(value) if _MAY_BE_TEMPLATE.search(value) else _plain(value)
    if isinstance(value, dict):
        return {name: without_templates(part) for name, part in value.items()}
    if isinstance(value, list):
        return [without_templates(part) for part in value]
    return value
