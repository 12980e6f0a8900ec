"""Four languages: negotiated, switchable, complete."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from starlette.testclient import TestClient

import coach.http
from coach.domain.language import LANGUAGES, Language
from coach.http.app import create_app
from coach.http.locale import accepted, environment, prose, translations
from coach.http.pages.texts import EXAMPLES, example, method
from coach.resources import WEB
from coach.rubric.engine import Engine
from coach.rubric.library import Library
from coach.settings import Settings
from tests.http.pages_reader import read

PATHS = ["/", "/?circle=ostbelgien", "/method", "/rules", "/rules/K201", "/rules/K999", "/nowhere"]
QUESTION = {
    "en": "What will be different", "fr": "Qu'est-ce qui aura changé", "nl": "Wat is er anders", "de": "Was ist anders",
}  # fmt: skip


@pytest.fixture
def client(library: Library) -> Iterator[TestClient]:
    with TestClient(create_app(library, Settings(), demo=True)) as client:
        client.headers["Accept"] = "text/html"
        yield client


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PATHS)
def test_every_page_speaks_every_language(client: TestClient, path: str, language: str) -> None:
    answer = client.get(path, headers={"Accept-Language": language})
    page = read(answer.text)
    assert page.one("html").attrs["lang"] == language
    assert answer.headers["content-language"] == language
    assert {"Accept", "Accept-Language", "Cookie"} <= set(answer.headers["vary"].split(", "))
    assert page.one("title").words
    assert len(list(page.all("h1"))) == 1
    assert page.one("main").words
    current = list(page.all(aria_current="true"))
    assert [e.attrs["lang"] for e in current] == [language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_remarks_speak_the_language_of_the_page_whatever_the_draft_speaks(
    client: TestClient, engine: Engine, language: Language
) -> None:
    drafts = {
        "fr": "Organiser douze ateliers pour les parents", "nl": "Twaalf workshops organiseren voor de ouders",
        "en": "Organise twelve workshops for the parents", "de": "Zwölf Workshops für die Eltern organisieren",
    }  # fmt: skip
    for written in drafts.values():
        data = {"o0-title": written, "o0-kr0-title": written}
        page = read(client.post("/", data=data, headers={"Accept-Language": language}).text)
        said = page.one(id="o0-kr0-about").one("span", class_="type output").text
        assert said.endswith(engine.source.labels["type-output"][language])


def test_the_draft_s_language_can_be_said(client: TestClient) -> None:
    page = read(client.post("/", data={"o0-title": "Simplifier", "language": "nl"}).text)
    assert page.form()["language"] == "nl"
    assert page.one("textarea", id="o0-title").attrs["lang"] == "nl"
    assert read(client.post("/", data={"o0-title": "x", "language": "klingon"}).text).form()["language"] == ""


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("fr-BE,fr;q=0.9,nl;q=0.8", "fr"),
        ("es, de;q=0.3, nl;q=0.7", "nl"),
        ("nl;q=0, de;q=0.1", "de"),
        ("de_AT", "de"),
        ("EN-us", "en"),
        ("es, *", None),
        ("", None),
        ("fr;q=nonsense, en;q=0.2", "en"),
        (";;;,,=q", None),
    ],
)
def test_the_browser_s_wish_is_understood(header: str, language: str | None) -> None:
    assert accepted(header) == language


def test_the_address_wins_over_the_cookie_and_the_cookie_over_the_browser(client: TestClient) -> None:
    def heading(path: str = "/") -> str:
        return read(client.get(path, headers={"Accept-Language": "de"}).text).one("h1").text

    assert QUESTION["de"] in heading()
    chosen = client.get("/?lang=nl", headers={"Accept-Language": "de"})
    cookie = chosen.headers["set-cookie"]
    assert "lang=nl" in cookie
    assert "samesite=lax" in cookie.lower()
    assert "httponly" in cookie.lower()
    assert QUESTION["nl"] in heading()
    assert QUESTION["fr"] in heading("/?lang=fr-BE")
    assert QUESTION["fr"] in heading()
    assert "set-cookie" not in client.get("/?lang=tlh").headers
    assert QUESTION["fr"] in heading("/?lang=tlh")


def test_an_installation_can_choose_what_is_spoken_without_a_wish(library: Library) -> None:
    with TestClient(create_app(library, Settings(language="nl"))) as client:
        assert QUESTION["nl"] in client.get("/").text
        assert QUESTION["de"] in client.get("/", headers={"Accept-Language": "de"}).text


def test_language_links_keep_the_page(client: TestClient) -> None:
    page = read(client.get("/rules/K201?x=1&lang=nl").text)
    switch = [link.attrs["href"] for link in page.one("nav", class_="tongues").all("a")]
    assert switch == [f"/rules/K201?x=1&lang={code}" for code in ("fr", "nl", "en", "de")]


@pytest.mark.parametrize("path", ["//evil.example/x", "/%2F%2Fevil.example", '/a b"c<', "/é"])
def test_language_links_lead_nowhere_else(client: TestClient, path: str) -> None:
    answer = client.request("GET", f"http://testserver{path}")
    assert answer.status_code == 404
    links = [link.attrs["href"] for link in read(answer.text).one("nav", class_="tongues").all("a")]
    assert all(link.startswith("/") and not link.startswith("//") for link in links)
    assert all(link.isascii() and " " not in link for link in links)


def test_changing_the_language_while_drafting_keeps_the_draft(client: TestClient) -> None:
    page = read(client.post("/", data={"o0-title": "Organiser une fête", "circle": "paie"}).text)
    buttons = list(page.one("nav", class_="tongues").all("button"))
    assert {button.attrs["form"] for button in buttons} == {"draft"}
    other = read(client.post(buttons[3].attrs["formaction"], data={**page.form(), "do": "restore"}).text)
    assert other.one("html").attrs["lang"] == "de"
    assert other.form() == page.form()


def _catalogue(language: str) -> Catalog:
    with (WEB / "locale" / language / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def _wanted() -> dict[str, str | tuple[str, ...]]:
    """Every message the pages use, by its first form."""
    pages = Path(coach.http.__file__).parent
    options = {"**.html": {"trimmed": "true", "silent": "false"}}
    keywords = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None}
    found = [
        *extract_from_dir(pages, [("**.py", "python")], keywords=keywords),
        *extract_from_dir(WEB / "templates", [("**.html", "jinja2")], options, keywords=keywords),
    ]
    return {message if isinstance(message, str) else message[0]: message for _, _, message, _, _ in found}


def _placeholders(text: str) -> Counter[str]:
    return Counter(re.findall(r"%\(\w+\)s|%%", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_is_complete_and_nothing_in_it_is_stale(language: str) -> None:
    catalogue, wanted = _catalogue(language), _wanted()
    ids = {m.id if isinstance(m.id, str) else m.id[0]: m for m in catalogue if m.id}
    assert ids.keys() == wanted.keys()
    assert not catalogue.obsolete
    for name, message in ids.items():
        assert not message.fuzzy, name
        texts = [message.string] if isinstance(message.string, str) else [*message.string]
        originals = [message.id] if isinstance(message.id, str) else [*message.id]
        assert len(texts) == len(originals)
        for text, original in zip(texts, originals, strict=True):
            assert text.strip(), name
            assert _placeholders(text) == _placeholders(original), name


def test_french_counts_nought_as_one() -> None:
    words = [translations("fr").ngettext("%(num)s remark", "%(num)s remarks", n) for n in (0, 1, 2)]
    assert words == ["%(num)s remarque", "%(num)s remarque", "%(num)s remarques"]
    assert translations("nl").ngettext("%(num)s remark", "%(num)s remarks", 0) == "%(num)s opmerkingen"


def test_a_language_has_one_environment() -> None:
    assert environment("fr") is environment("fr")
    assert environment("fr") is not environment("nl")


def test_backticks_are_code_and_all_else_is_text() -> None:
    assert prose("a `b<` c") == "a <code>b&lt;</code> c"
    assert prose("one ` <only>") == "one ` &lt;only&gt;"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_method_page_s_examples_are_read_as_what_they_are_said_to_be(engine: Engine, language: Language) -> None:
    entries = method(language).entries
    read_as = [engine.line(e.kind, e.example, language=language)[0].type for e in entries]  # type: ignore[arg-type]
    right = sum(found == entry.type for found, entry in zip(read_as, entries, strict=True))
    assert right >= len(entries) - 1, [*zip(read_as, (e.example for e in entries), strict=True)]
    assert {e.id.removeprefix("type-") for e in entries} == {
        "transformational", "outcome", "output", "kpi", "bau", "project", "strategy",
    }  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_good_example_is_good_and_the_first_draft_is_not(engine: Engine, language: Language) -> None:
    good, first = (example(name, language) for name in EXAMPLES)
    kinds = [
        [
            engine.line("key_result", kr.title, language=language, parent=o.title)[0].type
            for o in one
            for kr in o.key_results
        ]
        for one in (good, first)
    ]
    assert set(kinds[0]) == {"outcome"}
    assert "outcome" not in kinds[1]
