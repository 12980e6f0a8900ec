"""For everybody: axe, keyboard, small screens, forced colours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from coach.domain.language import LANGUAGES
from tests.browser.conftest import Open

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PAGES = ["/", "draft", "/rules", "/rules/K201", "/method"]


def go(page: Page, where: str) -> None:
    """Open a page; `draft` is one full of remarks, everything unfolded, with a fault."""
    if where != "draft":
        page.goto(where)
        return
    page.goto("/?circle=paie")
    page.click("button[value='example.first']")
    expect(page.locator("#o0-kr3-about .type")).to_be_visible()
    page.click("button[value='remove-key-result.0.3']")
    expect(page.locator("button[value='undo']")).to_be_visible()
    page.click("button[value='add-key-result.0']")
    page.fill("#o0-kr3-title", "y" * 2001)
    expect(page.locator("#o0-kr3-title-fault")).not_to_be_empty()
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")


def found(page: Page) -> list[str]:
    answer: dict[str, Any] = Axe().run(page, options=RULES).response
    return [
        f"{v['id']}: {n['html'][:200]} {n['failureSummary'][:300]}" for v in answer["violations"] for n in v["nodes"]
    ]


def settings(page: Page) -> Iterator[str]:
    for width in (1100, 380):
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            yield f"{width} {scheme}"


@pytest.mark.parametrize("where", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(open_page: Open, language: str, where: str) -> None:
    page = open_page("/method", locale=language)
    go(page, where)
    assert page.locator("html").get_attribute("lang") == language
    for setting in settings(page):
        assert not found(page), setting
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), setting


def test_axe_can_fail(open_page: Open) -> None:
    page = open_page("/")
    page.evaluate("document.querySelector('label[for=o0-title]').removeAttribute('for')")
    page.evaluate("document.querySelector('.lead').id = 'o0-title'")
    page.evaluate("document.documentElement.removeAttribute('lang')")
    assert any(line.startswith("html-has-lang") for line in found(page))


def test_the_keyboard_reaches_everything_in_the_order_one_reads(open_page: Open) -> None:
    page = open_page("/?circle=paie", viewport={"width": 1280, "height": 900})
    page.click("button[value='example.first']")
    expect(page.locator("#o0-kr0-about .type")).to_be_visible()
    page.reload()
    expect(page.locator("#o0-kr3-about .type")).to_be_visible()
    places = []
    for _ in range(90):
        page.keyboard.press("Tab")
        place = page.evaluate(
            """(() => { const e = document.activeElement; const s = getComputedStyle(e);
            if (e === document.body) return null;
            return [e.id || e.value || e.dataset.key || e.getAttribute('href') || e.textContent.trim(),
                    s.outlineStyle !== 'none' || s.boxShadow !== 'none'] })()"""
        )
        if place is None:
            break
        places.append(place)
    names = [name for name, _ in places]
    assert names[0] == "#main"
    assert all(visible for _, visible in places), [name for name, visible in places if not visible]
    order = [
        "/method",
        "/rules",
        "circle",
        "o0-title",
        "o0-why",
        "o0-parent",
        "o0-kr0-title",
        "o0-kr1-title",
        "ready",
        "language",
        "check",
    ]
    assert [names.index(name) for name in order] == sorted(names.index(name) for name in order)
    assert names.count("check") == 1, "the default button is for Enter only"
    assert len(names) < 90, "the keyboard leaves the page again"


def test_the_skip_link_skips(open_page: Open) -> None:
    page = open_page("/method")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_field_is_described_by_what_stands_beside_it(open_page: Open) -> None:
    page = open_page("/")
    page.fill("#o0-title", "Améliorer")
    page.fill("#o0-kr0-title", "Organiser 12 ateliers")
    expect(page.locator("#o0-kr0-about .message")).to_be_visible()
    message = page.locator("#o0-kr0-about .message").inner_text()
    expect(page.locator("#o0-kr0-title")).to_have_accessible_description(re.compile(re.escape(message)))
    ids = (page.locator("#o0-kr0-title").get_attribute("aria-describedby") or "").split()
    assert all(page.locator(f"#{name}").count() == 1 for name in ids)
    assert page.locator("#said").get_attribute("role") == "status"


def test_forced_colours_and_print_leave_the_text_alone(open_page: Open) -> None:
    page = open_page("/", forced_colors="active")
    page.fill("#o0-title", "Améliorer la satisfaction")
    expect(page.locator("#o0-about .type")).to_be_visible()
    assert page.locator("#o0-title-echo").evaluate("e => getComputedStyle(e).display") == "none"
    assert page.locator("button.main").evaluate("e => getComputedStyle(e).borderStyle") == "solid"
    page.emulate_media(media="print", forced_colors="none")
    assert page.locator("#o0-title-echo").evaluate("e => getComputedStyle(e).display") == "none"
    expect(page.locator("#o0-title")).to_be_visible()
    expect(page.locator(".settle")).to_be_hidden()


def test_reduced_to_words_the_marks_still_differ(open_page: Open) -> None:
    page = open_page("/?circle=paie")
    page.click("button[value='example.first']")
    expect(page.locator("#o0-kr3-about .type")).to_be_visible()
    styles = {
        tone: page.locator(f".type.{tone}").first.evaluate("e => getComputedStyle(e).textDecorationStyle")
        for tone in ("output", "kpi", "vague")
    }
    assert len(set(styles.values())) == 3
