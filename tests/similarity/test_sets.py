"""Relations within a whole set: found between circles, few false alarms, no chaining, bounded output."""

import numpy as np
import pytest

from coach.similarity.calibration import null_of, platt, to_ask, within_budget
from coach.similarity.clusters import clusters
from coach.similarity.library import scorer
from coach.similarity.sets import Entry, relations_in

FILLER = [
    "Kantine modernisieren", "Recruter deux développeurs", "Verhuizing van het archief", "Audit the privacy register",
    "Refaire la signalétique du bâtiment", "Nieuwe bedrijfswagens bestellen", "Einführung der Zeiterfassung",
    "Renew the fire insurance", "Formation aux premiers secours", "Klachtenprocedure herschrijven",
]  # fmt: skip


def entries(*titles):
    return [Entry(f"/projects/{at}", text, "project", f"c{at}") for at, text in enumerate(titles)]


def test_planted_duplicates_and_contradictions_are_found_among_others():
    titles = entries(
        *FILLER,
        "Signature électronique des contrats de travail",
        "Arbeidsovereenkomsten digitaal ondertekenen",
        "Augmenter le budget publicitaire",
        "Werbebudget kürzen",
    )
    found = relations_in(scorer(), titles)
    said = {(f.judgement.relation, f.a, f.b) for f in found.found if f.judgement.relation != "related"}
    assert ("duplicate", 10, 11) in said
    assert ("contradiction", 12, 13) in said
    assert len(said) == 2


def test_descriptions_are_weighed_apart():
    def two(a, b):
        pair = [
            Entry("/projects/0", "Nouveau tableau de bord", "project", "a", detail=a),
            Entry("/projects/1", "Nouveau tableau de bord", "project", "b", detail=b),
        ]
        return relations_in(scorer(), pair).found[0].judgement

    same = two("Suivre les délais de paiement des clients", "Betalingstermijnen van klanten opvolgen")
    other = two("Suivre les délais de paiement des clients", "Ziekteverzuim in onze eigen teams tonen")
    plain = two(None, None)
    assert plain.similarity == 1.0
    assert same.similarity > other.similarity
    assert same.probability > other.probability


def test_one_circle_is_not_compared_with_itself():
    same = [
        Entry("/projects/0", "Fermer deux agences", "project", "a"),
        Entry("/projects/1", "Fermer deux agences", "project", "a"),
    ]
    assert relations_in(scorer(), same).found == ()


def test_projects_are_not_compared_with_objectives():
    two = [
        Entry("/projects/0", "Fermer deux agences", "project", "a"),
        Entry("/objectives/0", "Fermer deux agences", "objective", "b"),
    ]
    assert relations_in(scorer(), two).found == ()


def test_a_thousand_identical_titles_give_a_bounded_answer():
    found = relations_in(scorer(), entries(*(["Fermer deux agences"] * 1_000)))
    assert len(found.found) <= 1_000 * 5


@pytest.mark.parametrize("titles", [(), ("Fermer deux agences",)])
def test_nothing_to_compare_is_no_error(titles):
    assert relations_in(scorer(), entries(*titles)).found == ()


def test_a_chain_is_no_cluster():
    chain = {(0, 1): 0.9, (1, 2): 0.9, (2, 3): 0.9, (3, 4): 0.9}
    assert max(len(c.members) for c in clusters(chain)) == 2
    full = {(a, b): 0.8 for a in range(4) for b in range(a + 1, 4)}
    assert [len(c.members) for c in clusters(full)] == [4]


def test_the_medoid_is_the_member_nearest_to_all():
    assert clusters({(0, 1): 0.9, (1, 2): 0.8, (0, 2): 0.55})[0].medoid == 1


def test_the_budget_is_an_expected_number_of_false_alarms():
    assert within_budget([0.9] * 20, 1.0) == 10
    assert within_budget([], 1.0) == 0
    assert within_budget([0.2], 0.5) == 0


def test_platt_scaling_waits_for_enough_verdicts_and_then_corrects():
    assert platt([(0.9, True)] * 49) is None
    assert platt([(0.9, True)] * 60) is None
    rng = np.random.default_rng(0)
    said = rng.uniform(0.05, 0.95, 400)
    true = rng.uniform(size=400) < said**2
    made = platt(list(zip(said.tolist(), true.tolist(), strict=True)))
    assert made is not None
    assert made(0.5) == pytest.approx(0.25, abs=0.12)
    assert made(0.9) > made(0.5) > made(0.1)


def test_the_next_question_is_about_the_most_doubtful_pair():
    assert to_ask([0.99, 0.52, 0.1, 0.45], 2) == [1, 3]


def test_the_null_says_what_chance_reaches():
    rows = np.eye(40, dtype=np.float32)
    null = null_of(rows, np.arange(40))
    assert null.share_above(0.5) == 0
    assert null.floor == 0
    assert null_of(rows[:1], np.arange(1)).floor == -1
