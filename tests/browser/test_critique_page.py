"""The second opinion in a real browser: asked for with a button, put into the page beside what is being written."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from coach.http.app import create_app
from coach.rubric.library import Library
from coach.settings import Settings
from tests.browser.conftest import Open
from tests.browser.stage import served
from tests.browser.test_accessibility import found, settings
from tests.critique.endpoint import running

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(library: Library, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running() as endpoint:
        chosen = Settings(
            llm_base_url=endpoint.base_url, llm_model="good", cache_dir=tmp_path_factory.mktemp("opinions")
        )
        with served(create_app(library, chosen, demo=True)) as address:
            yield address


def test_the_opinion_comes_beside_what_is_being_written(open_page: Open) -> None:
    page = open_page("/?circle=paie")
    page.click("button[value='example.first']")
    expect(page.locator("#o0-kr3-about .type")).to_be_visible()
    expect(page.locator("#opinion")).to_be_empty()
    page.click("#opinion-ask summary")
    expect(page.locator("#opinion-ask li").first).to_be_visible()
    page.click("button[value='critique']")
    expect(page.locator("#opinion")).to_contain_text("(réponse de démonstration)", timeout=20_000)
    expect(page.locator("#opinion .source")).to_contain_text("critique@")
    expect(page.locator("#o0-kr3-about .type")).to_be_visible()
    page.click("#opinion .about a >> nth=0")
    assert page.url.rpartition("#")[2].startswith("o0")
    for setting in settings(page):
        assert found(page) == [], setting
        width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert width <= 0, setting
    page.fill("#o0-title", "Autre chose, pour que les familles comprennent leur fiche")
    expect(page.locator("#opinion")).to_be_empty()  # it was about another wording


def test_without_script_the_page_comes_back_with_the_opinion(open_page: Open) -> None:
    page = open_page("/?circle=paie", script=False)
    page.click("button[value='example.first']")
    page.click("button[value='critique']")
    expect(page.locator("#opinion")).to_contain_text("(réponse de démonstration)", timeout=20_000)


def test_while_the_model_reads_the_page_says_so_and_stops_saying_it(open_page: Open) -> None:
    page = open_page("/?circle=paie")
    page.click("button[value='example.first']")
    expect(page.locator("button[value='critique']")).to_be_visible()
    page.fill("#o0-why", "pour que chacun soit payé à temps")
    expect(page.locator("#opinion-ask")).to_contain_text("payé à temps")
    page.evaluate("() => { window.fetch = () => new Promise((_, no) => { window.fail = no }); }")
    page.click("button[value='critique']")
    expect(page.locator("#opinion")).to_contain_text("Le modèle lit")
    page.evaluate("() => { window.fail(new TypeError('gone')); }")
    expect(page.locator("#opinion")).to_be_empty()
    expect(page.locator("#said")).to_contain_text("ne répond pas")
