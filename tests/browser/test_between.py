"""Between the circles: decisions with the keyboard, on the drafting page and on the page of a cycle, for everybody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from coach.http.app import create_app
from coach.rubric.library import Library
from coach.settings import Settings
from coach.storage import schema
from coach.storage.store import Store
from tests.browser.conftest import Open
from tests.browser.stage import served
from tests.browser.test_accessibility import found, settings

pytestmark = pytest.mark.browser
CYCLE = "/cycles/2027-C1"


@pytest.fixture(scope="module")
def address(library: Library, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('between') / 'coach.sqlite'}")
    schema.upgrade(store.engine)
    with served(create_app(library, Settings(profile="orvanne"), demo=True, store=store)) as here:
        yield here
    store.close()


@pytest.mark.parametrize("language", ["fr", "nl"])
def test_the_page_of_a_cycle_is_for_everybody(open_page: Open, language: str) -> None:
    page = open_page("/method", locale=language)
    page.set_default_timeout(30_000)
    page.goto(CYCLE)
    expect(page.locator(".two").first).to_be_visible()
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    for setting in settings(page):
        assert not found(page), setting
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), setting


def test_a_decision_needs_no_script_and_can_be_taken_back(open_page: Open) -> None:
    page = open_page(CYCLE, script=False, locale="en")
    title = "Onboardingtraject voor nieuwe medewerkers"
    pair = page.locator("details.relation > ul > li.two", has_text=title).first
    pair.locator("button", has_text="Contrary").click()
    expect(
        page.locator("details.relation", has_text="Possibly against each other").locator(".two", has_text=title)
    ).to_have_count(1)
    pressed = page.locator(".two", has_text=title).first.locator("button[aria-pressed=true]")
    expect(pressed).to_have_text("Contrary")
    pressed.click()
    expect(page.locator(".two", has_text=title).first.locator("button[aria-pressed=true]")).to_have_count(0)


def test_while_drafting_what_is_called_different_goes_and_the_keyboard_stays(open_page: Open) -> None:
    page = open_page("/?circle=paie", locale="en")
    page.fill("#o0-title", "Onboardingtraject voor nieuwe collega's")
    fold = page.locator("#o0-near summary").first
    expect(fold).to_have_text("Who else is doing this (2)")
    fold.press("Enter")
    page.locator("#o0-near button", has_text="Different").first.press("Enter")
    expect(page.locator("#said")).to_contain_text("Marked as different: not shown again")
    expect(page.locator("#o0-near summary").first).to_have_text("Who else is doing this (1)")
    expect(page.locator("#o0-near summary").first).to_be_focused()
    away = page.locator("#o0-near details", has_text="Marked as different")
    away.locator("summary").press("Enter")
    assert not found(page)
    away.locator("button[aria-pressed=true]").press("Enter")
    expect(page.locator("#o0-near summary").first).to_have_text("Who else is doing this (2)")
    page.fill("#o0-title", "Onboardingtraject voor nieuwe medewerkers")
    expect(page.locator("#o0-near .near-duplicate")).not_to_have_count(0)
