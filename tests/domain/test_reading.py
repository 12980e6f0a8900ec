"""Bad input is refused with the place; odd but honest input is accepted unchanged."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.domain.okr_set import OkrSet
from coach.domain.reading import read_okr_set
from coach.errors import InputError, SyntaxInputError, TooLargeError

REFUSED = {
    "a key with a typing error": ('{"objectves": []}', "/objectves", "did you mean 'objectives'"),
    "an unknown key far from any known one": ('{"objectives": [{"title": "a", "zzz": 1}]}', "/objectives/0/zzz", "known: id, circle"),
    "an empty title": ('{"objectives": [{"title": "  "}]}', "/objectives/0/title", "is empty"),
    "a missing title": ('{"objectives": [{"id": "a"}]}', "/objectives/0/title", "is required"),
    "a title that is too long": (json.dumps({"objectives": [{"title": "x" * 2001}]}), "/objectives/0/title", "at most 2000"),
    "a number for a title": ('{"objectives": [{"title": 5}]}', "/objectives/0/title", "valid string"),
    "a word for a date": ('{"cycles": [{"id": "c", "start": "soon"}]}', "/cycles/0/start", "valid date"),
    "true for a target": ('{"objectives": [{"title": "a", "key_results": [{"title": "b", "target": true}]}]}', "/objectives/0/key_results/0/target", "valid"),
    "an infinite number": ('{"objectives": [{"title": "a", "key_results": [{"title": "b", "target": 1e999}]}]}', "/objectives/0/key_results/0/target", "finite"),
    "a NUL": ('{"objectives": [{"title": "a\\u0000b"}]}', "/objectives/0/title", "U+0000 at offset 1"),
    "a control character": ('{"objectives": [{"title": "a\\u001bb"}]}', "/objectives/0/title", "U+001B"),
    "half a character": ('{"objectives": [{"title": "a\\ud83d"}]}', "/objectives/0/title", "surrogate"),
    "a circle inside itself": ('{"circles": [{"id": "a", "parent": "b"}, {"id": "b", "parent": "a"}]}', "/circles/0/parent", "a → b → a"),
    "a circle that is its own parent": ('{"circles": [{"id": "a", "parent": "a"}]}', "/circles/0/parent", "inside itself"),
    "two circles of one id": ('{"circles": [{"id": "a"}, {"id": "a"}]}', "/circles/1/id", "/circles/0"),
    "two objectives of one id": ('{"objectives": [{"id": "o", "title": "a"}, {"id": "o", "title": "b"}]}', "/objectives/1/id", "/objectives/0"),
    "two key results of one id, in two objectives": (
        '{"objectives": [{"title": "a", "key_results": [{"id": "k", "title": "x"}]}, {"title": "b", "key_results": [{"id": "k", "title": "y"}]}]}',
        "/objectives/1/key_results/0/id",
        "/objectives/0/key_results/0",
    ),
    "a cycle that ends before it starts": ('{"cycles": [{"id": "c", "start": "2027-05-01", "end": "2027-01-01"}]}', "/cycles/0/end", "before the start"),
    "a list instead of an object": ("[]", "", "object"),
    "another format": ('{"schema": "okr-set/9"}', "/schema", "okr-set/1"),
}  # fmt: skip

NOT_JSON = {
    "nothing": ("", "line 1"),
    "a half object": ('{"objectives": [', "line 1"),
    "a key twice": ('{"schema": "okr-set/1", "schema": "okr-set/1"}', "twice"),
    "NaN": ('{"objectives": [{"title": "a", "key_results": [{"title": "b", "target": NaN}]}]}', "NaN"),
    "very deep nesting": ("[" * 100_000, "nested too deeply"),
    "a giant integer": ('{"a": ' + "9" * 5_000 + "}", "JSON"),
    "not UTF-8": (b'{"objectives": [{"title": "\xe9"}]}', "UTF-8"),
}


@pytest.mark.parametrize(("document", "pointer", "says"), REFUSED.values(), ids=REFUSED.keys())
def test_refuses_with_the_place(document: str, pointer: str, says: str) -> None:
    with pytest.raises(InputError) as caught:
        read_okr_set(document)
    problem = next(p for p in caught.value.problems if p.pointer == pointer)
    assert says in problem.detail


@pytest.mark.parametrize(("document", "says"), NOT_JSON.values(), ids=NOT_JSON.keys())
def test_refuses_what_is_not_json(document: str | bytes, says: str) -> None:
    with pytest.raises(SyntaxInputError, match=says):
        read_okr_set(document)


def test_names_every_problem_at_once() -> None:
    with pytest.raises(InputError) as caught:
        read_okr_set('{"objectives": [{"titel": "a"}, {"title": ""}], "cirles": []}')
    assert {p.pointer for p in caught.value.problems} == {
        "/objectives/0/title",
        "/objectives/0/titel",
        "/objectives/1/title",
        "/cirles",
    }


def test_lists_at_most_fifty_problems() -> None:
    with pytest.raises(InputError, match="first 50") as caught:
        read_okr_set(json.dumps({"objectives": [{"title": ""}] * 200}))
    assert len(caught.value.problems) == 50


def test_refuses_what_is_too_large() -> None:
    with pytest.raises(TooLargeError, match="101 bytes; at most 100"):
        read_okr_set(b" " * 101, limit=100)


@pytest.mark.parametrize(
    "title",
    [
        "🚀 emoji 👩🏽‍💻",
        "e\u0301te\u0301 NFD",
        "\u200fright to left\u200e",
        "<script>alert(1)</script>",
        "{{ 7*7 }} {% raw %}",
        "İstanbul ß ﬁ",
    ],
)
def test_accepts_odd_but_honest_text_unchanged(title: str) -> None:
    assert read_okr_set(json.dumps({"objectives": [{"title": title}]})).objectives[0].title == title


def test_reads_windows_newlines_as_one() -> None:
    assert read_okr_set(json.dumps({"objectives": [{"title": "a\r\nb\rc"}]})).objectives[0].title == "a\nb\nc"


def test_accepts_a_byte_order_mark_and_an_empty_set() -> None:
    assert read_okr_set(b'\xef\xbb\xbf{"schema": "okr-set/1"}').objectives == []


def test_reads_twenty_thousand_objectives() -> None:
    document = json.dumps({"objectives": [{"id": f"o{n}", "title": f"Objective {n}"} for n in range(20_000)]})
    assert len(read_okr_set(document).objectives) == 20_000


_text = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40).filter(lambda s: s.strip())


@given(
    titles=st.lists(st.tuples(_text, st.lists(_text, max_size=4)), max_size=6),
    stage=st.sampled_from(["draft", "ready"]),
)
def test_round_trip(titles: list[tuple[str, list[str]]], stage: str) -> None:
    data = {
        "schema": "okr-set/1",
        "stage": stage,
        "objectives": [
            {"id": f"o{n}", "title": title, "key_results": [{"title": kr, "target": 3.5} for kr in krs]}
            for n, (title, krs) in enumerate(titles)
        ],
    }
    read = read_okr_set(json.dumps(data))
    again = read_okr_set(read.model_dump_json(by_alias=True, exclude_unset=True))
    assert again == read
    assert json.loads(read.model_dump_json(by_alias=True, exclude_unset=True)) == data


@given(st.binary(max_size=300))
def test_no_bytes_end_in_anything_but_a_set_or_an_input_error(document: bytes) -> None:
    try:
        assert isinstance(read_okr_set(document), OkrSet)
    except InputError as error:
        assert str(error)
