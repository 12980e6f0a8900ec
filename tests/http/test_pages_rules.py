"""The catalogue, one page a rule, the method, and errors as pages."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest
from jinja2 import meta, nodes
from starlette.testclient import TestClient

from coach.domain.language import LANGUAGES, Language
from coach.http.app import create_app
from coach.http.locale import environment
from coach.http.pages.catalogue import FAMILIES
from coach.http.pages.draft_view import DraftPage
from coach.http.pages.errors import ErrorPage
from coach.http.pages.marks import Span, marked
from coach.http.pages.method import MethodPage
from coach.http.pages.rules import CataloguePage, OneRulePage
from coach.resources import WEB
from coach.rubric.engine import Engine
from coach.rubric.library import Library
from coach.settings import Settings
from tests.http.pages_reader import read

FR = {"Accept": "text/html,*/*;q=0.8", "Accept-Language": "fr"}
JSON = {"Accept": "application/json"}
#: Variables that a template takes from the one that includes it.
FROM_OUTSIDE = {"fields", "margins", "okr", "o", "code", "names", "_trans"}


@pytest.fixture(scope="module")
def client(library: Library) -> Iterator[TestClient]:
    app = create_app(library, Settings(max_body_bytes=50_000), demo=True)

    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError("secret of the house")

    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def test_the_catalogue_lists_every_rule_in_its_family(client: TestClient, engine: Engine) -> None:
    page = read(client.get("/rules", headers=FR).text)
    links = [link.attrs["href"] for link in page.one("div", class_="catalogue").all("a")]
    assert sorted(links) == sorted(f"/rules/{code}" for code in engine.source.rules)
    letters = dict.fromkeys(link.removeprefix("/rules/")[0] for link in links)
    assert [*letters] == [letter for letter in FAMILIES if letter in letters]
    assert "à revoir avant le lancement" in page.text
    assert "major" not in page.text
    assert "blocker" not in page.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_has_its_page(client: TestClient, engine: Engine, language: Language) -> None:
    for code, rule in engine.source.rules.items():
        answer = client.get(f"/rules/{code}", headers={"Accept-Language": language})
        assert answer.status_code == 200
        page = read(answer.text)
        assert code in page.one("h1").text
        assert engine.source.labels["why-heading"][language] in page.text
        examples = rule.examples.get(language)
        for line in [*examples.bad, *examples.good] if examples else []:
            text = line if isinstance(line, str) else line.text
            assert not text or text in page.text
        weights = [cell.text for cell in page.one("article").all("td", class_="number")]
        assert len(weights) == len(getattr(rule.detect, "signals", {}))


def test_the_strongest_reasons_stand_open_on_both_sides(client: TestClient) -> None:
    page = read(client.get("/rules/K201", headers=FR).text)
    open_rows = [cell.text for cell in next(page.all("tbody")).all("td", class_="number")]
    assert len(open_rows) == 10
    assert [row[0] for row in open_rows] == ["+"] * 5 + ["−"] * 5
    assert list(page.one("section", class_="signals").all("details"))


@pytest.mark.parametrize("spelling", ["k201", "output-key-result", "K201%20"])
def test_other_spellings_lead_to_the_same_page(client: TestClient, spelling: str) -> None:
    answer = client.get(f"/rules/{spelling}?lang=nl", headers=FR, follow_redirects=False)
    assert answer.status_code == 308
    assert answer.headers["location"] == "/rules/K201?lang=nl"


@pytest.mark.parametrize("code", ["K999", "k299", "zzz", "../../etc/passwd", "<script>", "%00", "a" * 3000, "100%25"])
def test_an_unknown_rule_is_a_helpful_page(client: TestClient, code: str) -> None:
    answer = client.get(f"/rules/{code}", headers=FR)
    assert answer.status_code == 404
    page = read(answer.text)
    assert list(page.one("main").all("a", href="/rules")) or "n'existe pas" in page.text
    assert not list(page.all("script"))
    if code.upper().startswith("K"):
        assert list(page.one("main").all("a", href="/rules/K201"))


def test_the_method_page_explains_seven_words_with_examples(client: TestClient) -> None:
    page = read(client.get("/method", headers=FR).text)
    assert len(list(page.all("blockquote"))) == 7
    assert "Gestion courante" in page.text
    assert "afin de pourquoi" in page.text


@pytest.mark.parametrize("path", ["/nowhere", "/rules/K999", "/static/none.css"])
def test_a_missing_page_is_a_page_for_people_and_a_problem_for_programs(client: TestClient, path: str) -> None:
    answer = client.get(path, headers=FR)
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert read(answer.text).one("html").attrs["lang"] == "fr"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    if path == "/nowhere":
        assert client.get(path, headers=JSON).headers["content-type"] == "application/problem+json"


def test_the_api_never_answers_with_a_page(client: TestClient) -> None:
    for path in ("/api/v1/rules/K999", "/api/nowhere", "/api/v1/rules?lang=xx"):
        assert client.get(path, headers=FR).headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path", "status", "said"),
    [
        ("GET", "/nowhere", 404, "Cette page n'existe pas."),
        ("DELETE", "/", 405, "ne s'utilise pas ainsi"),
        ("GET", "/?circle=" + "x" * 300, 422, "n'est pas utilisable"),
        ("GET", "/broken", 500, "s'est mal passé"),
    ],
)
def test_errors_are_pages(client: TestClient, method: str, path: str, status: int, said: str) -> None:
    answer = client.request(method, path, headers=FR)
    assert answer.status_code == status
    page = read(answer.text)
    assert said in page.one("h1").text
    assert list(page.one("main").all("a", href="/"))
    assert "secret of the house" not in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert len(answer.headers.get_list("content-security-policy")) == 1
    if status == 405:
        assert "GET" in answer.headers["allow"]


def test_an_error_is_no_page_for_a_program(client: TestClient) -> None:
    answer = client.get("/broken", headers=JSON)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 500


PAGES = {
    "draft.html": DraftPage, "fragment.html": DraftPage, "rules.html": CataloguePage, "rule.html": OneRulePage,
    "method.html": MethodPage, "error.html": ErrorPage,
}  # fmt: skip


@pytest.mark.parametrize("template", PAGES)
def test_what_a_template_shows_is_its_dataclass(template: str) -> None:
    made = environment("en")
    known = {field.name for field in dataclasses.fields(PAGES[template])}  # type: ignore[arg-type]
    names, waiting = set(), [template]
    while waiting:
        name = waiting.pop()
        names.add(name)
        tree = made.parse((WEB / "templates" / name).read_text(encoding="utf-8"))
        macros = {macro.name for macro in tree.find_all(nodes.Macro)}
        unknown = meta.find_undeclared_variables(tree) - known - FROM_OUTSIDE - macros - made.globals.keys()
        assert not unknown, f"{name} shows {unknown}"
        waiting += [other for other in meta.find_referenced_templates(tree) if other and other not in names]


def test_no_template_has_inline_style_or_script() -> None:
    for path in (WEB / "templates").glob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert " style=" not in text, path.name
        assert "<style" not in text, path.name
        assert text.count("<script") == text.count('<script type="module" src="/static/'), path.name
        assert "|safe" not in text, path.name


def test_every_static_file_named_by_a_page_is_there(client: TestClient) -> None:
    for path in ("/", "/rules", "/rules/K201", "/method", "/nowhere"):
        page = read(client.get(path, headers=FR).text)
        links = [e.attrs.get("href") or e.attrs.get("src") for e in page.all() if e.tag in ("link", "script", "img")]
        for link in links:
            assert link is not None
            assert client.get(link).status_code == 200, link


def test_marks_do_not_break_what_they_mark() -> None:
    text = "l'été 👩‍👩‍👧 <b>"
    assert marked("e\u0301te\u0301 x", [Span(0, 1, "output")]) == '<mark class="output">e\u0301</mark>te\u0301 x'
    assert marked(text, []) == "l&#39;été 👩‍👩‍👧 &lt;b&gt;"
    assert marked("👩\u200d👩 x", [Span(0, 1, "kpi")]) == '<mark class="kpi">👩\u200d</mark>👩 x'
    assert marked("abc", [Span(-5, 99, "vague", asks=True)]) == '<mark class="vague asks">abc</mark>'
    assert marked("abcdef", [Span(2, 4, "output"), Span(0, 6, "kpi")]) == (
        '<mark class="kpi">ab</mark><mark class="output">cd</mark><mark class="kpi">ef</mark>'
    )
    assert marked("abc", [Span(2, 1, "kpi"), Span(9, 12, "kpi")]) == "abc"
    assert marked("", [Span(0, 3, "kpi")]) == ""
