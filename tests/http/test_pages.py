"""The drafting page: what is typed comes back as it was typed, read, marked and answered."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from coach.domain.review import Review, Suggestion
from coach.http.app import create_app
from coach.review.draft import review_set
from coach.rubric.library import Library
from coach.settings import Settings
from tests.http.pages_reader import Element, read

FRAGMENT = {"Accept": "text/vnd.fragment+html"}
OUTPUT = "Organiser 12 sessions de formation"
GOOD = "Familles venues au moins une fois dans le mois : de 120 à 300"


@pytest.fixture(scope="module")
def client(library: Library) -> Iterator[TestClient]:
    with TestClient(create_app(library, Settings(max_body_bytes=200_000), demo=True)) as client:
        client.headers.update({"Accept": "text/html", "Accept-Language": "fr-BE"})
        yield client


@pytest.fixture(scope="module")
def alone(library: Library) -> Iterator[TestClient]:
    with TestClient(create_app(library, Settings())) as client:
        client.headers.update({"Accept": "text/html", "Accept-Language": "fr-BE"})
        yield client


def post(client: TestClient, do: str = "check", fragment: bool = False, **fields: str) -> Element:
    data = {name.replace("_", "-"): value for name, value in fields.items()}
    answer = client.post("/", data={**data, "do": do}, headers=FRAGMENT if fragment else {})
    assert answer.status_code in (200, 422), answer.text
    return read(answer.text)


def draft(**more: str) -> dict[str, str]:
    return {"o0_title": "Améliorer la satisfaction des usagers", "o0_kr0_title": OUTPUT, "o0_kr1_title": GOOD, **more}


def test_an_empty_form_has_what_the_profile_asks_for_and_is_small(client: TestClient) -> None:
    answer = client.get("/?circle=paie")
    page = read(answer.text)
    assert len(answer.content) < 60_000
    assert [area.attrs["id"] for area in page.all("textarea")] == ["o0-title", "o0-why", "o0-kr0-title", "o0-kr1-title"]
    assert page.form()["circle"] == "paie"
    assert "Chaque travailleur payé juste et à temps" in page.text
    assert "Calculer et verser les salaires chaque mois" in page.text
    assert "99,3" in page.text
    assert "Groeipakket correct uitbetalen" not in page.text
    assert len(list(page.one("select", id="circle").all("option"))) == 37


def test_a_circle_that_does_not_exist_is_none(client: TestClient) -> None:
    assert read(client.get("/?circle=atlantis").text).form()["circle"] == ""


def test_without_an_organisation_the_circle_is_described(alone: TestClient) -> None:
    page = read(alone.get("/").text)
    assert not list(page.all("select", id="circle"))
    assert not list(page.all("select", id="o0-parent"))
    read_back = post(
        alone,
        purpose="Des lecteurs heureux",
        accountabilities="Accueillir et conseiller les lecteurs\n\nPrêter des livres",
        o0_title="Accueillir et conseiller les lecteurs",
    )
    assert read_back.form()["accountabilities"] == "Accueillir et conseiller les lecteurs\n\nPrêter des livres"
    assert "gestion courante" in read_back.one(id="o0-about").text
    assert "Accueillir et conseiller les lecteurs" in read_back.one("p", class_="elsewhere").text


def test_every_field_comes_back_as_it_was_typed(client: TestClient) -> None:
    typed = {
        "circle": "paie", "language": "fr", "ready": "1",
        "o0-title": "Revoir l'accueil afin que chacun trouve", "o0-why": " parce que ", "o0-parent": "org-o3",
        "o0-kr0-title": GOOD, "o0-kr0-baseline": "120", "o0-kr0-target": "3,5 %", "o0-kr0-unit": "familles",
        "o0-kr0-due": "2027-04-30", "o0-kr0-owner": "Rôle « & »", "o0-kr0-source": "<base>",
        "o1-title": "", "o1-why": "", "o1-parent": "", "o1-kr0-title": "",
        "o1-kr0-baseline": "", "o1-kr0-target": "", "o1-kr0-unit": "", "o1-kr0-due": "", "o1-kr0-owner": "", "o1-kr0-source": "",
    }  # fmt: skip
    page = read(client.post("/", data=typed).text)
    assert page.form() == typed


@pytest.mark.parametrize(
    "action", ["add-key-result.0", "add-objective", "restore", "check", "nonsense.1.2", "remove-objective.7"]
)
def test_no_button_loses_what_was_typed(client: TestClient, action: str) -> None:
    typed = {name.replace("_", "-"): value for name, value in draft(o0_kr0_owner="Rôle", circle="paie").items()}
    page = post(client, action, **draft(o0_kr0_owner="Rôle", circle="paie"))
    assert typed.items() <= page.form().items()


def test_lines_are_added_and_removed_without_script(client: TestClient) -> None:
    page = post(client, "add-key-result.0", **draft())
    assert "o0-kr2-title" in page.form()
    assert "autofocus" in page.one("textarea", id="o0-kr2-title").attrs
    page = post(client, "add-objective", **draft())
    assert {"o1-title", "o1-kr0-title", "o1-kr1-title"} <= page.form().keys()
    page = post(client, "remove-key-result.0.0", **draft())
    assert page.form()["o0-kr0-title"] == GOOD
    assert "o0-kr1-title" not in page.form()
    page = post(client, "remove-objective.0", **draft(o1_title="Deuxième"))
    assert page.form()["o0-title"] == "Deuxième"


def test_what_was_removed_can_be_brought_back(client: TestClient) -> None:
    page = post(client, "remove-key-result.0.0", **draft())
    back = read(client.post("/", data={**page.form(), "do": "undo"}).text)
    assert back.form()["o0-kr0-title"] == OUTPUT
    page = post(client, "clear", **draft(circle="paie"))
    assert page.form()["o0-title"] == ""
    assert page.form()["circle"] == "paie"
    assert read(client.post("/", data={**page.form(), "do": "undo"}).text).form()["o0-kr1-title"] == GOOD
    assert not list(post(client, "remove-key-result.0.2", **draft(o0_kr2_title="")).all("input", name="before"))


def test_the_last_objective_removed_leaves_an_empty_one(client: TestClient) -> None:
    page = post(client, "remove-objective.0", **draft())
    assert page.form()["o0-title"] == ""


def test_examples_replace_an_empty_form_or_each_other_and_follow_what_was_written(client: TestClient) -> None:
    first = post(client, "example.first")
    assert first.form()["o0-title"] == "Améliorer la satisfaction des usagers"
    good = read(client.post("/", data={**first.form(), "do": "example.good"}).text)
    assert "o1-title" not in good.form()
    assert good.form()["o0-kr0-target"] == "300"
    mine = post(client, "example.good", o0_title="Mon objectif à moi", o0_kr0_title="")
    assert mine.form()["o0-title"] == "Mon objectif à moi"
    assert mine.form()["o1-title"] == good.form()["o0-title"]


def test_a_form_cannot_grow_without_end(client: TestClient) -> None:
    many = {f"o{o}_kr{k}_title": "x" for o in range(30) for k in range(30)}
    page = post(client, **many)
    assert len(list(page.all("textarea"))) == 20 * 22
    assert not list(page.all("button", value="add-objective"))
    assert not list(page.all("button", value="add-key-result.0"))


def test_a_deliverable_is_named_marked_and_asked_about(client: TestClient) -> None:
    page = post(client, **draft())
    about = page.one(id="o0-kr0-about")
    assert about.one("span", class_="type output").text == "livrable (output)"
    assert "a sa place dans la liste des projets" in about.text
    marks = [mark.text for mark in page.one(id="o0-kr0-title-echo").all("mark")]
    assert "Organiser" in marks
    assert [mark.text for mark in about.all("mark")] == marks
    assert page.one("textarea", id="o0-kr0-title").attrs["aria-describedby"] == "o0-kr0-title-fault o0-kr0-about"
    more = page.one(id="o0-kr0-more")
    assert more.one("a", href="/rules/K201").text == "K201"
    assert "à revoir avant le lancement" in more.text
    assert "commence par un verbe" in more.one("details", class_="reasons").text


def test_what_is_good_is_said_first_and_not_chanted(client: TestClient) -> None:
    page = post(client, "example.good")
    praise = [next(page.one(id=f"o0-kr{k}-about").all("p", class_="good")).words for k in range(3)]
    assert praise[0] == "On part d'une valeur connue pour aller vers une cible."
    assert len(set(praise)) == 3
    about = page.one(id="o0-about")
    assert "quoi et son pourquoi" in next(about.all("p", class_="good")).words


def test_questions_trials_suggestions_and_praise_of_the_engine_are_shown(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def changed(*args: Any, **kwargs: Any) -> Review:
        review = review_set(*args, **kwargs)
        suggestion = Suggestion("De ⟨aujourd'hui⟩ à ⟨cible⟩ <b>", checked=True)
        findings = [replace(f, state="review", preview=True, suggestions=(suggestion,)) for f in review.findings]
        items = [replace(item, praise="100 % <b>clair</b>", confidence=0.4) for item in review.items]
        return replace(review, findings=tuple(findings), items=tuple(items))

    monkeypatch.setattr("coach.http.pages.reading.review_set", changed)
    page = post(client, **draft())
    about, more = page.one(id="o0-kr0-about"), page.one(id="o0-kr0-more")
    assert about.one("p", class_="good").text == "100 % <b>clair</b>"
    assert "De ⟨aujourd'hui⟩ à ⟨cible⟩ <b>" in about.one("p", class_="suggestion").text
    assert about.one("span", class_="type output").text == "peut-être\u00a0: livrable (output)"
    assert "une question · à l'essai" in next(more.all("p", class_="meta")).words
    assert all("asks" in mark.attrs["class"] for mark in page.one(id="o0-kr0-title-echo").all("mark"))
    assert "question" in page.one(id="said").text
    assert "remarque" not in page.one(id="said").text


def test_alignment_is_assessed_with_the_organisation_and_shown_for_the_draft_alone(client: TestClient) -> None:
    page = post(client, circle="paie", **draft())
    assert list(page.one(id="o0-more").all("a", href="/rules/A401"))
    assert not list(page.all("details", class_="sum")), "a score would mix the organisation in"
    linked = post(client, circle="paie", o0_parent="org-o3", **draft())
    assert not list(linked.all("a", href="/rules/A401"))
    assert not list(linked.all("a", href="/rules/A403"))
    unknown = post(client, circle="paie", o0_parent="org-o99", **draft())
    assert not list(unknown.all("a", href="/rules/A403"))


def test_a_draft_on_its_own_has_a_score_and_says_what_was_not_assessed(client: TestClient) -> None:
    page = post(client, **draft())
    whole = page.one(id="whole")
    assert "/100" in whole.one("details", class_="sum").text
    assert "L'alignement n'a pas été évalué" in whole.text


def test_what_is_about_all_key_results_stands_beside_their_objective(client: TestClient) -> None:
    page = post(
        client,
        o0_title="Simplifier la démarche afin que chacun trouve",
        **{f"o0_kr{n}_title": f"{GOOD}{n}" for n in range(6)},
    )
    assert list(page.one(id="o0-more").all("a", href="/rules/S302"))


def test_too_many_objectives_is_said_of_the_whole(client: TestClient) -> None:
    page = post(
        client, circle="paie", **{f"o{n}_title": f"Simplifier la démarche {n} afin que chacun trouve" for n in range(4)}
    )
    assert list(page.one(id="whole").all("a", href="/rules/S301"))


def test_at_most_five_remarks_stand_open(client: TestClient) -> None:
    page = post(client, **{f"o0_kr{n}_title": f"Organiser {n + 2} ateliers" for n in range(9)}, o0_title="Améliorer")
    assert len(list(page.all("p", class_="message"))) > 5
    folded = sum(len(list(fold.all("p", class_="message"))) for fold in page.all("details", class_="folded"))
    assert len(list(page.all("p", class_="message"))) - folded <= 5


def test_completeness_is_asked_once_and_only_when_ready(client: TestClient) -> None:
    lines = {
        "o0_title": "Ouvrir le dimanche afin que les parents viennent",
        "o0_kr0_title": GOOD,
        "o0_kr1_title": GOOD + "0",
    }
    assert not list(post(client, **lines).all("a", href="/rules/C502"))
    page = post(client, ready="1", **lines)
    assert "checked" in page.one("input", id="ready").attrs
    open_ones = [
        link
        for n in (0, 1)
        for foot in page.one(id=f"o0-kr{n}-more").children
        if isinstance(foot, Element) and foot.tag == "div"
        for link in foot.all("a", href="/rules/C502")
    ]
    assert len(open_ones) == 1


def test_key_results_wait_for_their_objective(client: TestClient) -> None:
    page = post(client, o0_title="  ", o0_kr0_title=OUTPUT)
    assert "Encore vide" in page.one(id="o0-about").text
    assert page.one(id="o0-kr0-about").words == ""
    assert page.form()["o0-title"] == "  "


@pytest.mark.parametrize(
    "text",
    [
        "Organiser 🎉👩‍👩‍👧 douze ateliers 🏛\net former les équipes",
        unicodedata.normalize("NFD", "Organiser douze ateliers détaillés à l'été"),
        "\nOrganiser\n\n  douze   ateliers\n",
        "Organiser <b>douze</b> ateliers &amp; &lt;i&gt; {{ 7*7 }} {% raw %} $&",
        "Organiser des ateliers\u202e à l'envers \u2066x\u2069",
    ],
    ids=["emoji", "decomposed", "lines", "markup", "bidi"],
)
def test_the_echo_says_exactly_what_the_field_says(client: TestClient, text: str) -> None:
    for sent in (text, text.replace("\n", "\r\n")):
        page = post(client, o0_title="Améliorer", o0_kr0_title=sent)
        area, echo = page.one("textarea", id="o0-kr0-title"), page.one(id="o0-kr0-title-echo")
        assert area.text.removeprefix("\n") == text
        assert echo.text == text
        assert list(echo.all("mark"))
        part = post(client, fragment=True, o0_title="Améliorer", o0_kr0_title=sent).one(data_echo="o0-kr0-title")
        assert part.text == text


ATTACKS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</textarea><script>alert(1)</script>",
    "{{7*7}}",
    "'onfocus='x",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_is_typed_never_becomes_markup(client: TestClient, attack: str) -> None:
    names = [f"o0-kr0-{part}" for part in ("title", "baseline", "target", "unit", "due", "owner", "source")]
    data = dict.fromkeys(
        ["o0-title", "o0-why", "o0-parent", "circle", "language", "before", *names], "Organiser " + attack
    )
    for headers in ({}, FRAGMENT):
        answer = client.post("/", data=data, headers=headers)
        page = read(answer.text)
        assert len(list(page.all("script"))) == (0 if headers else 1)
        assert [image.attrs["src"] for image in page.all("img")] in ([], ["/static/icon.svg"])
        assert not any(name.startswith("on") for element in page.all() for name in element.attrs)
        assert "style" not in {name for element in page.all() for name in element.attrs}
    assert client.get("/", params={"circle": attack, "lang": attack}).status_code == 200


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("o0-kr0-title", "x" * 2001, "C'est trop long : 2000 caractères au plus, et il y en a 2001."),
        ("o0-title", "Ouvrir\x07 le dimanche", "caractère de contrôle invisible s'est glissé dans le texte (U+0007)"),
        ("o0-why", "y" * 20_001, "20000 caractères au plus"),
        ("o0-kr0-owner", "Rôle\x00", "U+0000"),
        ("o0-kr0-due", "fin avril", "Ce n'est pas une date"),
        ("o0-kr0-due", "2027-02-30", "Ce n'est pas une date"),
        ("o0-kr0-due", "20270430", "Ce n'est pas une date"),
    ],
)
def test_a_fault_is_said_at_its_field_and_nothing_is_lost(
    client: TestClient, field: str, value: str, said: str
) -> None:
    typed = {
        "o0-title": "Ouvrir le dimanche afin que les parents viennent",
        "o0-kr0-title": GOOD,
        "o0-kr1-title": OUTPUT,
        field: value,
    }
    answer = client.post("/", data=typed)
    assert answer.status_code == 422
    page = read(answer.text)
    assert typed.items() <= page.form().items()
    assert said in page.one(id=f"{field}-fault").text.replace("\u00a0", " ")
    marked = next(e for e in page.all(id=field))
    assert marked.attrs["aria-invalid"] == "true"
    assert f"{field}-fault" in marked.attrs["aria-describedby"]
    if field != "o0-title":
        assert list(page.one(id="o0-kr1-about").all("mark")), "the other lines are read all the same"
    if field.rsplit("-", 1)[1] in ("due", "owner"):
        assert "open" in next(page.all("details", class_="figures")).attrs
    part = client.post("/", data=typed, headers=FRAGMENT)
    assert part.status_code == 200
    assert said in read(part.text).one(data_for=f"{field}-fault").text.replace("\u00a0", " ")


def test_a_fragment_is_small_names_its_places_and_is_told_apart(client: TestClient) -> None:
    answer = client.post(
        "/", data={"o0-title": "Améliorer", "o0-kr0-title": OUTPUT, "circle": "paie"}, headers=FRAGMENT
    )
    assert answer.headers["content-type"].startswith("text/vnd.fragment+html")
    assert answer.headers["vary"] == "Accept, Accept-Language, Cookie"
    parts = read(answer.text)
    whole = read(client.post("/", data={"o0-title": "Améliorer", "o0-kr0-title": OUTPUT, "circle": "paie"}).text)
    places = [part.attrs["data-for"] for part in parts.all() if "data-for" in part.attrs]
    assert {"o0-about", "o0-kr0-about", "whole", "said", "circle-says"} <= set(places)
    for place in places:
        assert whole.one(id=place).words == parts.one(data_for=place).words
    assert not list(parts.all("textarea"))
    form = read(client.post("/", data={"o0-title": "Améliorer", "do": "add-objective"}, headers=FRAGMENT).text)
    assert form.one(data_for="draft").attrs["data-focus"] == "o1-title"


def test_a_circle_chosen_with_script_brings_its_texts(client: TestClient) -> None:
    parts = post(client, fragment=True, circle="famille")
    assert "redevabilité" not in parts.text
    assert list(parts.one(data_for="circle-says").all("ul", class_="duties"))


def test_both_encodings_of_a_form_are_read(client: TestClient) -> None:
    body = '--x\r\nContent-Disposition: form-data; name="o0-title"\r\n\r\nOuvrir à tous\r\n--x--\r\n'
    answer = client.post("/", content=body.encode(), headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert read(answer.text).form()["o0-title"] == "Ouvrir à tous"
    broken = client.post("/", content=b"--y\r\nno", headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert broken.status_code in (200, 400)


def test_a_form_beyond_the_limit_is_a_page_that_says_so(client: TestClient) -> None:
    answer = client.post("/", data={"o0-title": "x" * 250_000})
    assert answer.status_code == 413
    assert "plus que le coach ne peut lire" in read(answer.text).one("h1").text


def test_a_strange_form_is_an_empty_one(client: TestClient) -> None:
    page = post(client, **{"o-1-title": "x", "o0-kr-title": "y", "o999-title": "z", "o0-krx-title": "q"})
    assert page.form()["o0-title"] == ""
    assert read(client.post("/").text).form()["o0-title"] == ""
