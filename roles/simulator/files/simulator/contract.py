# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks requests and replies against the OpenAPI description, with none of the modules' code."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode

import yaml
from jsonschema import ValidationError
from openapi_core import Config, OpenAPI
from openapi_core.casting.schemas import oas31_casters_dict
from openapi_core.casting.schemas.casters import AnyCaster, BooleanCaster, PrimitiveCaster, TypesCaster
from openapi_core.casting.schemas.factories import SchemaCastersFactory
from openapi_core.contrib.starlette import StarletteOpenAPIRequest, StarletteOpenAPIResponse
from openapi_core.exceptions import OpenAPIError
from openapi_core.unmarshalling.request.unmarshallers import V31RequestUnmarshaller
from openapi_core.validation.request.exceptions import (
    InvalidRequestBody,
    ParameterValidationError,
    SecurityValidationError,
)
from openapi_core.validation.schemas import oas31_schema_validators_factory
from openapi_core.validation.schemas.exceptions import InvalidSchemaValue
from starlette.requests import Request
from starlette.responses import Response

from .refusals import Refused

DESCRIPTION = Path(__file__).resolve().parent.parent / "texml.yml"
# Where the API is below the host, in the vendor's server URL and here.
PREFIX = "/v2"
FORM = "application/x-www-form-urlencoded"


class _JSONBooleanCaster(BooleanCaster):
    """Takes `true` and `false`, as JSON Schema does. Others stay strings, and then fail the schema by name."""

    def validate(self, value: Any) -> None:
        pass

    def cast(self, value: Any) -> Any:
        return {"true": True, "false": False}.get(value, value)


_CASTERS = SchemaCastersFactory(
    oas31_schema_validators_factory,
    TypesCaster({**oas31_casters_dict, "boolean": _JSONBooleanCaster}, AnyCaster, multi=PrimitiveCaster),
)


class _RequestUnmarshaller(V31RequestUnmarshaller):
    schema_casters_factory = _CASTERS


class NoCredentials(Exception):
    """A request without a bearer token."""


class _AsForm(StarletteOpenAPIRequest):
    """A request whose JSON object is read as the form of the same names and values."""

    def __init__(self, request: Request, body: bytes) -> None:
        value = json.loads(body or b"{}")
        if not isinstance(value, dict):
            raise ValueError("no object")
        texts = {name: one if isinstance(one, str) else json.dumps(one) for name, one in value.items()}
        super().__init__(request, urlencode(texts).encode())

    @property
    def content_type(self) -> str:
        return FORM


class Contract:
    """The description, as a check of what comes in and what goes out.

    With `accept_json`, a JSON object is taken in place of a form: the vendor's Python SDK sends it, and the service
    probably takes it, but the description does not offer it.
    """

    def __init__(self, accept_json: bool = False) -> None:
        self._accept_json = accept_json
        document = yaml.safe_load(DESCRIPTION.read_text(encoding="utf-8"))
        document["servers"] = [{"url": PREFIX}]
        self._openapi = OpenAPI.from_dict(document, config=Config(request_unmarshaller_cls=_RequestUnmarshaller))

    async def form(self, request: Request) -> dict[str, Any]:
        """Return the form of a request, in the types of the description. Raises Refused or NoCredentials."""
        try:
            result = self._openapi.unmarshal_request(self._read(request, await request.body()))
            result.raise_for_errors()
            return dict(result.body or {})
        except SecurityValidationError as error:
            raise NoCredentials from error
        except (InvalidRequestBody, ParameterValidationError) as error:
            # A parameter is a value by itself, and the body is an object of values.
            name = error.name if isinstance(error, ParameterValidationError) else None
            raise Refused(_faults(error.__cause__, name)) from error
        except OpenAPIError as error:
            raise Refused([("request", "", f"The request is not as described: {_words(error)}.")]) from error

    def _read(self, request: Request, body: bytes) -> StarletteOpenAPIRequest:
        if self._accept_json and request.headers.get("Content-Type") == "application/json":
            try:
                return _AsForm(request, body)
            except ValueError as error:
                raise Refused([("request", "", "The body is not a JSON object.")]) from error
        return StarletteOpenAPIRequest(request, body)

    def check_reply(self, request: Request, response: Response) -> None:
        """Raise OpenAPIError if a reply of ours is not as described; that is a defect of the simulator."""
        self._openapi.validate_response(StarletteOpenAPIRequest(request), StarletteOpenAPIResponse(response))

    def routes(self) -> list[tuple[str, str, str]]:
        """Return method, path below the prefix, and operationId of each operation."""
        paths = self._openapi.spec.read_value()["paths"]
        return [
            (method.upper(), path, operation["operationId"])
            for path, item in paths.items()
            for method, operation in item.items()
            if method != "parameters"
        ]


def _faults(cause: BaseException | None, parameter: str | None) -> list[tuple[str, str, str]]:
    at = [] if parameter is None else [parameter]
    if not isinstance(cause, InvalidSchemaValue):
        return [("type", _pointer(at), f"{parameter or 'The body'} is of another type than described.")]
    errors = cast(Iterable[ValidationError], cause.schema_errors)
    return [(str(one.validator), _pointer([*at, *one.absolute_path]), one.message) for one in errors]


def _words(error: OpenAPIError) -> str:
    """Return the name of an error in words, since its text is a dump of Python objects."""
    return re.sub(r"(?<!^)(?=[A-Z])", " ", type(error).__name__).lower()


def _pointer(path: Iterable[str | int]) -> str:
    return "".join(f"/{part}" for part in path)
