"""Writing a draft in a real browser, with and without script."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Open

pytestmark = pytest.mark.browser

OUTPUT = "Organiser 12 sessions de formation"
GOOD = "Familles venues au moins une fois dans le mois : de 120 à 300"


def write(page: Page) -> None:
    page.fill("#o0-title", "Améliorer la satisfaction des usagers 🏛")
    page.fill("#o0-kr0-title", OUTPUT + "\npour tous")
    page.fill("#o0-kr1-title", GOOD)


def marks(page: Page) -> list[str]:
    return page.locator(".echo mark").all_inner_texts()


def test_remarks_and_marks_appear_while_typing(open_page: Open) -> None:
    page = open_page("/?circle=paie")
    page.locator("#o0-title").press_sequentially("Améliorer la satisfaction", delay=5)
    expect(page.locator("#o0-about .type")).to_be_visible()
    page.fill("#o0-kr0-title", OUTPUT)
    expect(page.locator("#o0-kr0-about .type")).to_have_text("livrable (output)")
    expect(page.locator("#o0-kr0-title-echo mark").first).to_be_attached()
    assert "Organiser" in marks(page)
    expect(page.locator("#said")).to_contain_text("remarque")
    expect(page.locator("form")).not_to_have_attribute("aria-busy", "true")
    assert page.evaluate("document.activeElement.id") == "o0-kr0-title"
    page.fill("#o0-kr0-title", GOOD)
    expect(page.locator("#o0-kr0-about .type")).to_have_text("effet (outcome)")
    expect(page.locator("#o0-kr0-title-echo mark")).to_have_count(0)


def test_the_same_is_said_with_and_without_script(open_page: Open) -> None:
    said = []
    for script in (True, False):
        page = open_page("/", script=script)
        write(page)
        if script:
            expect(page.locator("#o0-kr1-about .type")).to_be_visible()
        else:
            page.click("button.main")
        said.append(
            (marks(page), page.locator(".margin").all_inner_texts(), page.locator("textarea").all_inner_texts())
        )
        assert page.locator("html").get_attribute("lang") == "fr"
    assert said[0] == said[1]
    assert said[0][0]


def test_a_whole_journey_without_script(open_page: Open) -> None:
    page = open_page("/", script=False)
    page.select_option("#circle", "paie")
    write(page)
    page.click("button[value='add-objective']")
    expect(page.locator("#o1-title")).to_be_focused()
    page.fill("#o1-title", "Simplifier l'accueil afin que chacun trouve sa place")
    page.click("button[value='remove-key-result.0.0']")
    expect(page.locator("#o0-kr0-title")).to_have_value(GOOD)
    page.click("button[value='undo']")
    expect(page.locator("#o0-kr0-title")).to_have_value(OUTPUT + "\npour tous")
    page.locator(".figures summary").first.click()
    page.fill("#o0-kr0-owner", "Rôle")
    page.press("#o0-kr0-owner", "Enter")
    expect(page.locator("#o0-kr0-about .type")).to_have_text("livrable (output)")
    assert page.locator("html").get_attribute("lang") == "fr", "Enter reads the draft, it does not switch the language"
    page.click(".tongues button[lang=nl]")
    expect(page.locator("html")).to_have_attribute("lang", "nl")
    expect(page.locator("#o1-title")).to_have_value("Simplifier l'accueil afin que chacun trouve sa place")
    expect(page.locator("#circle")).to_have_value("paie")
    expect(page.locator("#o0-kr0-about .type")).to_have_text("oplevering (output)")


def test_buttons_work_in_place_and_the_focus_goes_on(open_page: Open) -> None:
    page = open_page("/?circle=paie")
    write(page)
    page.click("button[value='add-key-result.0']")
    expect(page.locator("#o0-kr2-title")).to_be_focused()
    page.keyboard.type("Publier un guide")
    page.click("button[value='add-objective']")
    expect(page.locator("#o1-title")).to_be_focused()
    expect(page.locator("#o0-kr2-title")).to_have_value("Publier un guide")
    page.click("button[value='remove-key-result.0.2']")
    expect(page.locator("#o0-kr1-title")).to_be_focused()
    page.click("button[value='undo']")
    expect(page.locator("#o0-kr2-title")).to_have_value("Publier un guide")
    assert page.url.endswith("/?circle=paie"), "nothing was navigated"


def test_an_answer_that_comes_too_late_marks_nothing(open_page: Open) -> None:
    page = open_page("/")

    def late(route: Route) -> None:
        answer = route.fetch()
        page.evaluate("document.getElementById('o0-kr0-title').value = 'Tout autre chose'")
        route.fulfill(response=answer)

    page.fill("#o0-title", "Améliorer")
    expect(page.locator("#o0-about .type")).to_be_visible()
    page.route("**/", late)
    page.fill("#o0-kr0-title", OUTPUT)
    expect(page.locator("#o0-kr0-about .type")).to_be_visible()
    assert page.locator("#o0-kr0-title-echo mark").count() == 0
    page.unroute("**/")
    page.fill("#o0-kr0-title", OUTPUT + ".")
    expect(page.locator("#o0-kr0-title-echo mark").first).to_be_attached()


def test_only_the_last_of_several_answers_counts(open_page: Open) -> None:
    page = open_page("/")
    page.fill("#o0-title", "Améliorer")
    page.fill("#o0-kr0-title", OUTPUT)
    expect(page.locator("#o0-kr0-title-echo mark").first).to_be_attached()
    page.locator("#o0-kr0-title").press("End")
    page.keyboard.type(" encore")
    assert page.locator("#o0-kr0-title-echo mark").count() == 0, "marks go while one types"
    assert page.locator("#o0-kr0-title-echo").inner_text() == OUTPUT + " encore"
    expect(page.locator("#o0-kr0-title-echo mark").first).to_be_attached()


def test_nothing_is_lost_when_the_coach_is_silent(open_page: Open) -> None:
    page = open_page("/", tolerant=True)
    page.route("**/", lambda route: route.abort())
    write(page)
    expect(page.locator("#said")).to_contain_text("ne répond pas")
    expect(page.locator("#o0-kr1-title")).to_have_value(GOOD)
    expect(page.locator("form")).not_to_have_attribute("aria-busy", "true")
    page.unroute("**/")
    page.locator("#o0-kr1-title").press("End")
    page.keyboard.type(" ")
    expect(page.locator("#o0-kr1-about .type")).to_be_visible()


def test_choosing_a_circle_brings_its_texts_and_keeps_it_in_the_address(open_page: Open) -> None:
    page = open_page("/", viewport={"width": 1280, "height": 900})
    page.select_option("#circle", "famille")
    expect(page.locator("#circle-says .duties")).to_be_visible()
    assert page.url.endswith("/?circle=famille")
    page.reload()
    expect(page.locator("#circle")).to_have_value("famille")


def test_the_circle_is_in_view_on_wide_screens_and_folded_on_small_ones(open_page: Open) -> None:
    page = open_page("/?circle=paie", viewport={"width": 1280, "height": 900})
    expect(page.locator(".duties")).to_be_visible()
    page.set_viewport_size({"width": 380, "height": 800})
    expect(page.locator(".duties")).to_be_hidden()
    page.click(".about summary")
    expect(page.locator(".duties")).to_be_visible()


def test_the_draft_survives_a_reload_another_language_and_a_look_at_a_rule(open_page: Open) -> None:
    page = open_page("/?circle=paie")
    write(page)
    page.click("button[value='add-objective']")
    page.fill("#o1-title", "Deuxième")
    expect(page.locator("#o1-about .nature")).to_be_visible()
    page.reload()
    expect(page.locator("#o1-title")).to_have_value("Deuxième")
    expect(page.locator("#o0-kr0-title-echo mark").first).to_be_attached()
    page.click(".tongues button[lang=de]")
    expect(page.locator("#o1-title")).to_have_value("Deuxième")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.locator("#circle")).to_have_value("paie")
    page.locator("#o0-kr0-more a.code").first.click()
    expect(page.locator("h1")).to_contain_text("K2")
    page.go_back()
    expect(page.locator("#o1-title")).to_have_value("Deuxième")
    page.click("button[value='clear']")
    expect(page.locator("#o0-title")).to_have_value("")
    page.goto("/")
    expect(page.locator("#o0-title")).to_have_value("")
    assert page.locator("#o1-title").count() == 0


def test_what_was_unfolded_stays_unfolded(open_page: Open) -> None:
    page = open_page("/?circle=paie")
    write(page)
    reasons = page.locator("#o0-kr0-more details.reasons").first
    reasons.locator("summary").click()
    page.fill("#o0-kr1-title", "Publier un guide")
    expect(page.locator("#o0-kr1-about .type")).to_have_text("livrable (output)")
    expect(reasons).to_have_attribute("open", "")
    page.locator("#o0-kr0-title").press("End")
    page.keyboard.type(" !")
    expect(page.locator("#o0-kr0-about .quotes mark").first).to_be_visible()
    expect(page.locator("form")).not_to_have_attribute("aria-busy", "true")
    expect(page.locator("#o0-kr0-more details.reasons").first).to_have_attribute("open", "")


def test_a_fault_is_said_while_typing_and_goes_when_it_is_mended(open_page: Open) -> None:
    page = open_page("/")
    page.fill("#o0-title", "x" * 2001)
    expect(page.locator("#o0-title-fault")).to_contain_text("2000")
    expect(page.locator("#o0-title")).to_have_attribute("aria-invalid", "true")
    page.fill("#o0-title", "Améliorer")
    expect(page.locator("#o0-title-fault")).to_be_empty()
    expect(page.locator("#o0-title")).not_to_have_attribute("aria-invalid", "true")


def test_the_layers_grow_together_and_break_alike(open_page: Open) -> None:
    page = open_page("/", viewport={"width": 700, "height": 800})
    long = "Organiser des ateliers et publier un guide " * 9 + "\n\nOrganiser 3 fêtes\n"
    page.fill("#o0-title", "Améliorer")
    page.fill("#o0-kr0-title", long)
    expect(page.locator("#o0-kr0-title-echo mark").first).to_be_attached()
    for width in (700, 1280, 380):
        page.set_viewport_size({"width": width, "height": 800})
        sizes = page.evaluate(
            """[...document.getElementById('o0-kr0-title').parentElement.children].map(e => [e.clientWidth, e.clientHeight])"""
        )
        assert sizes[0] == sizes[1]
        overflow = page.evaluate("(e => e.scrollHeight - e.clientHeight)(document.getElementById('o0-kr0-title'))")
        assert overflow <= 1, "every line of the text can be seen"


def test_typed_markup_makes_no_element(open_page: Open) -> None:
    page = open_page("/")
    page.fill("#o0-title", "Améliorer")
    page.fill(
        "#o0-kr0-title", "<img src=x onerror=alert(1)> Organiser 4 ateliers </div></textarea><script>alert(2)</script>"
    )
    expect(page.locator("#o0-kr0-title-echo mark").first).to_be_attached()
    assert page.locator("main img, main script, .echo *:not(mark)").count() == 0


def test_enter_in_a_figure_reads_the_draft_in_place(open_page: Open) -> None:
    page = open_page("/")
    write(page)
    page.locator(".figures summary").first.click()
    page.fill("#o0-kr0-target", "12")
    page.press("#o0-kr0-target", "Enter")
    expect(page.locator("#o0-kr0-about .type")).to_be_visible()
    expect(page.locator("#o0-kr0-target")).to_have_value("12")
