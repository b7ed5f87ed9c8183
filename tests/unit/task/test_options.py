# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options whose type and choices are the API's."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.voiceops.telnyx.plugins.module_utils._task.options import form_options
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.operation import Operation


def operation(schema: dict[str, Any]) -> Operation:
    """Return an operation whose form has one field."""
    form = {"type": "object", "properties": {"SomeField": schema}}
    return Operation("POST", "/", {}, {}, "application/x-www-form-urlencoded", form, None)


@pytest.mark.parametrize(
    ("schema", "spec"),
    [
        ({"type": "boolean", "default": True}, {"type": "bool"}),
        ({"type": "integer"}, {"type": "int"}),
        ({"type": "string", "pattern": "^a"}, {"type": "str"}),
        ({"type": "string", "enum": ["a", "b"]}, {"type": "str", "choices": ["a", "b"]}),
    ],
)
def test_option_is_as_the_field_of_the_form(schema: dict[str, Any], spec: dict[str, Any]) -> None:
    found = form_options(operation(schema), "some_field")["some_field"]
    assert found.spec == spec
    # The description has it, and is asked by name.
    assert found.schema is None
    required = form_options(operation(schema), "some_field", required=True)["some_field"]
    assert required.spec == {**spec, "required": True}


def test_field_that_the_form_lacks() -> None:
    with pytest.raises(KeyError, match="another_field"):
        form_options(operation({"type": "string"}), "another_field")
