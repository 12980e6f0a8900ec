"""What two titles are to each other: in four languages, symmetrical, and uncertain where the words are unknown."""

import pytest

from coach.similarity.library import scorer


@pytest.fixture(scope="module")
def made():
    return scorer()


SAME = [
    ("Répondre plus vite aux courriels des clients", "Mails van klanten vlugger beantwoorden"),
    ("Réduire l'absentéisme des collaborateurs", "Fehlzeiten der Mitarbeitenden senken"),
    ("Create an onboarding programme for new colleagues", "Onboardingtraject voor nieuwe medewerkers"),
]
APART = [
    ("Fermer deux agences", "Dichter bij de klant met extra kantoren"),
    ("Centraliser les achats au siège", "Chaque site décide librement de ses achats"),
    ("Das Budget der Hotline kürzen", "Mehr Budget für die Hotline"),
]
NEAR = [
    ("Choix d'un nouvel outil de paie", "Formation au nouvel outil de paie"),
    ("Enquête de satisfaction auprès des clients", "Enquête de satisfaction auprès du personnel"),
]
OTHER = [
    ("Dématérialiser les fiches de paie", "Kantine modernisieren"),
    ("Recruter deux développeurs", "Verhuizing van het archief"),
]


@pytest.mark.parametrize(("a", "b"), SAME)
def test_the_same_in_other_words_is_a_duplicate(made, a, b):
    assert made.relate(a, b).relation == "duplicate"


@pytest.mark.parametrize(("a", "b"), APART)
def test_opposite_plans_are_a_contradiction_and_name_the_words(made, a, b):
    said = made.relate(a, b)
    assert said.relation == "contradiction"
    assert said.opposed
    assert " ↔ " in said.reasons()[0]


@pytest.mark.parametrize(("a", "b"), NEAR)
def test_another_stage_or_audience_is_no_duplicate(made, a, b):
    assert made.relate(a, b).relation == "related"


@pytest.mark.parametrize(("a", "b"), OTHER)
def test_what_has_nothing_in_common_is_unrelated(made, a, b):
    assert made.relate(a, b).relation == "unrelated"


@pytest.mark.parametrize(("a", "b"), [*SAME, *APART, *NEAR, *OTHER])
def test_the_order_makes_no_difference(made, a, b):
    there, back = made.relate(a, b), made.relate(b, a)
    assert there.relation == back.relation
    assert there.similarity == pytest.approx(back.similarity, abs=0.002)


def test_a_title_is_a_duplicate_of_itself_in_any_dress(made):
    for a, _ in (*SAME, *APART):
        assert made.relate(a, f"  {a.upper()}! ").relation == "duplicate"
        assert made.relate(a, a).similarity == 1.0


def test_unknown_words_make_the_band_uncertain(made):
    said = made.relate("Qwrtz plmbx vzzk", "Kxxwv bnnrt zzqq")
    assert said.band == "uncertain"
    assert made.relate("Projet Zyxwkrt Qplmv", "Projet Zyxwkrt Qplmv phase").relation in ("duplicate", "related")


@pytest.mark.parametrize(
    "text", ["x", "😀😀😀", "日本語のタイトル", "12 345", "a" * 20_000, "Fermer " * 3_000, "\u202e‏טקסט"]
)
def test_odd_titles_give_a_verdict_and_never_nan(made, text):
    for other in ("Fermer deux agences", text, "😀"):
        said = made.relate(text, other)
        assert 0 <= said.similarity <= 1
        assert 0 <= said.probability <= 1
        assert sum(said.shares.values()) == pytest.approx(1, abs=0.01)


def test_two_different_emoji_are_not_the_same(made):
    said = made.relate("😀", "日本語")
    assert said.relation == "unrelated"
    assert said.band == "uncertain"


def test_shared_words_are_shown_as_they_stand_in_the_title(made):
    said = made.relate("Réduire les heures d'ouverture des agences", "Öffnungszeiten der Büros verlängern")
    assert "heures d'ouverture ≈ Öffnungszeiten" in said.reasons()
    sign_on = made.relate("Connexion unique aux portails clients", "Single sign-on for the customer portals")
    assert "Connexion unique ≈ Single sign-on" in sign_on.reasons()
