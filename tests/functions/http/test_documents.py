"""What the door's page says is so."""

import re
from pathlib import Path

from contracts.errors import Code
from functions.http.openapi import document
from functions.http.problems import STATUS
from functions.http.settings import HttpSettings

PAGE = (Path(__file__).parents[3] / "docs" / "http.md").read_text()


def test_every_setting_is_told_with_its_default() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| `HTTP_")]
    told = {name for row in rows for name in re.findall(r"`(HTTP_[A-Z_]+)`", row.split("|")[1])}
    fields = HttpSettings.model_fields
    assert told == {"HTTP_SERVE", *(f"HTTP_{name.upper()}" for name in fields)}
    for name, field in fields.items():
        if isinstance(field.default, int | float | str) and field.default is not False:
            (row,) = [each for each in rows if f"`HTTP_{name.upper()}`" in each]
            assert (
                f"`{field.default:g}`" in row
                if isinstance(field.default, float)
                else str(field.default) in row
            )


def test_every_route_is_told() -> None:
    for path, methods in document()["paths"].items():
        for method in set(methods) - {"parameters"}:
            assert f"{method.upper()} {path.replace('{command_id}', '{id}')}" in PAGE


def test_every_code_of_a_request_is_told() -> None:
    table = PAGE[PAGE.index("| status | codes |") :].partition("\n\n")[0]
    silent = {Code.REQUEST_TOO_LARGE, Code.UNSUPPORTED_MEDIA_TYPE}  # their status says it
    assert {each for each in STATUS if each not in silent} == set(
        re.findall(r"`([a-z_]+)`", table)
    ) - {"command_id"}


def test_every_word_of_the_original_is_told() -> None:
    schemas = document()["components"]["schemas"]
    for held in (schemas["OriginalResponse"], schemas["ExecutionResult"]):
        for field in held["properties"].values():
            assert all(f"`{word}`" in PAGE for word in field.get("enum", ()))
