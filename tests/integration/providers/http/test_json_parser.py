"""JSON from outside: what is wrong in one place does not hide the rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producer_studio.providers.http.json_parser import VALUES_LIMIT, parse_json

DEEP = b"[" * 100_000 + b"]" * 100_000


@pytest.mark.parametrize(
    "hostile",
    [DEEP, b'{"a":' * 50_000 + b"1" + b"}" * 50_000, b"9" * 5000, b"-" + b"9" * 5000, b"NaN"],
    ids=["lists", "objects", "digits", "negative", "no number"],
)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "byte order mark"])
def test_a_hostile_value_costs_itself_alone(hostile: bytes, mark: bytes) -> None:
    body = mark + b'{"before":"]","odd":' + hostile + b',"after":{"a":["\\"["]}}'
    found = parse_json(body)
    assert isinstance(found, dict)
    assert found["before"] == "]"
    assert found["after"] == {"a": ['"[']}


def test_broken_characters_cost_themselves_alone() -> None:
    assert parse_json(b'{"a":"caf\xe9","b":1}') == {"a": "caf\ufffd", "b": 1}


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 5000, b"<html>", b'{"a":"x'])
def test_what_is_no_json_is_told(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_json(body)


def test_a_document_of_far_too_many_values_is_not_parsed() -> None:
    with pytest.raises(ValueError, match="too many"):
        parse_json(b"[" + b"[]," * VALUES_LIMIT + b"0]")


@given(st.binary(max_size=300) | st.text(alphabet='[]{}",:\\ a1', max_size=300).map(str.encode))
def test_only_a_value_error_comes_out(body: bytes) -> None:
    try:
        parse_json(DEEP[:70] + body)
    except ValueError:
        return
