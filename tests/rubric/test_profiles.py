"""Profiles: exceptions with a reason, words of one's own, and no name that does not exist."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from coach.domain.okr_set import OkrSet
from coach.domain.review import Review
from coach.errors import RubricError
from coach.review.draft import review_set
from coach.rubric.library import Library

HEAD = "schema: 1\nname: own\nextends: chicc\n"
SET: dict[str, Any] = {
    "circles": [
        {"id": "it", "name": "Informatique"},
        {"id": "it-run", "name": "Exploitation", "parent": "it"},
        {"id": "hr", "name": "RH"},
    ],
    "objectives": [
        {"id": "O1", "circle": "it-run", "title": "+10 % de chiffre d'affaires"},
        {"id": "O2", "circle": "hr", "title": "+10 % de chiffre d'affaires"},
    ],
}


def _review(library: Library, tmp_path: Path, profile: str, **changes: Any) -> Review:
    path = tmp_path / "own.yaml"
    path.write_text(HEAD + profile, encoding="utf-8")
    okr_set = OkrSet.model_validate_json(json.dumps({**SET, **changes}))
    return review_set(okr_set, library.engine(str(path)), language="fr", input_language="fr")


def _severities(review: Review) -> dict[str, str]:
    return {f.pointer.split("/")[2]: f.severity for f in review.findings if f.code == "P703"}


@pytest.mark.parametrize("pattern", ["it-run", "it/**", "Exploit*", "Informatique/**"])
def test_an_override_holds_for_its_circles_only_and_says_why(library: Library, tmp_path: Path, pattern: str) -> None:
    profile = f'overrides: [{{circles: ["{pattern}"], severity: {{P703: hint}}, reason: "Exploiter est leur mission"}}]'
    review = _review(library, tmp_path, profile)
    assert _severities(review) == {"0": "hint", "1": "major"}
    said = [note.message.replace("\u00a0", " ") for note in review.notes if note.code == "exception"]
    assert said == ["Exception prévue par le profil pour « Exploitation » (P703) : Exploiter est leur mission"]


def test_an_override_can_silence_a_rule_which_then_silences_nothing(library: Library, tmp_path: Path) -> None:
    review = _review(library, tmp_path, 'overrides: [{circles: [hr], ignore: [P703], reason: "C\'est voulu"}]')
    assert _severities(review) == {"0": "major"}
    assert {f.code for f in review.findings if f.pointer.startswith("/objectives/1")} & {"O101", "O104", "O107"}


def test_overrides_of_the_profile_below_still_hold(library: Library, tmp_path: Path) -> None:
    below = tmp_path / "below.yaml"
    below.write_text(HEAD + "overrides: [{circles: [hr], severity: {P703: hint}, reason: testing}]", encoding="utf-8")
    above = f"overrides: [{{circles: [it-run], severity: {{P703: minor}}, reason: testing}}]\nextends: {below}\n"
    path = tmp_path / "above.yaml"
    path.write_text("schema: 1\nname: above\n" + above, encoding="utf-8")
    okr_set = OkrSet.model_validate_json(json.dumps(SET))
    review = review_set(okr_set, library.engine(str(path)), language="fr", input_language="fr")
    assert _severities(review) == {"0": "minor", "1": "hint"}


@pytest.mark.parametrize(
    ("profile", "message"),
    [
        ("overrides: [{circles: [hr], ignore: [P703]}]", "overrides.0.reason"),
        ("overrides: [{circles: [hr], ignore: [P799], reason: abc}]", "overrides.0 names P799, which is no rule"),
        ("overrides: [{circles: [hr], ignore: [P703], severity: {P703: hint}, reason: abc}]", "P703 is ignored and given a severity"),
        (
            "overrides: [{circles: [hr], ignore: [P703], reason: abc}, {circles: [hr], severity: {P703: hint}, reason: abc}]",
            "overrides 0 and 1 contradict each other on P703 in 'hr'",
        ),
        ("severity: {K299: hint}", "severity names K299, which is no rule; did you mean 'K2"),
        ("ignore: [Q]", "ignore names 'Q', with which no rule begins"),
        ("terms: {fr: {circel: équipe}}", "terms.fr names 'circel', which is no term; did you mean 'circle'?"),
        ("limits: {key_results_min: 6}", "key_results_min (6) lies above key_results_max (4)"),
    ],
)  # fmt: skip
def test_a_profile_that_contradicts_itself_or_names_nothing_is_refused(
    library: Library, tmp_path: Path, profile: str, message: str
) -> None:
    with pytest.raises(RubricError) as caught:
        _review(library, tmp_path, profile)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("profile", "place"),
    [
        ("limits:\n  key_results_min: 6\n", ":4: "),
        ("ignore: [O108]\nseverity:\n  A401: hint\n  K299: hint\n", ":7: "),
        ("overrides:\n- circles: [hr]\n  ignore: [P703]\n  reason: abc\n- circles: [hr]\n  severity: {P703: hint}\n  reason: abc\n", ":8: "),
        ("waivers:\n- {code: P703, item: O1, reason: abc}\n- {code: P703, itm: O1}\n", ":6: "),
    ],
)  # fmt: skip
def test_a_refusal_names_file_and_line(library: Library, tmp_path: Path, profile: str, place: str) -> None:
    with pytest.raises(RubricError) as caught:
        _review(library, tmp_path, profile)
    assert f"own.yaml{place}profile 'own': " in str(caught.value)


def test_a_contradiction_with_the_profile_below_is_named_where_it_comes_in(library: Library, tmp_path: Path) -> None:
    below = tmp_path / "below.yaml"
    below.write_text(HEAD + "overrides: [{circles: [hr], severity: {P703: hint}, reason: testing}]", encoding="utf-8")
    with pytest.raises(RubricError) as caught:
        _review(library, tmp_path, f"overrides:\n- {{circles: [hr], ignore: [P703], reason: abc}}\nextends: {below}\n")
    assert "own.yaml:5: " in str(caught.value)


def _told(review: Review, code: str) -> list[str]:
    return [f.message.replace("\u00a0", " ") for f in review.findings if f.code == code]


def test_a_waiver_can_stand_in_the_profile(library: Library, tmp_path: Path) -> None:
    review = _review(library, tmp_path, "waivers: [{code: P703, item: O1, reason: Contrat, by: dg, until: 2099-12-31}]")
    statuses = {f.pointer.split("/")[2]: f.status for f in review.findings if f.code == "P703"}
    assert statuses == {"0": "waived", "1": "new"}
    assert not [f for f in review.findings if f.code.startswith("W")]
    assert {d.pointer for d in review.score.deductions} == {"/objectives/1/title"}


@pytest.mark.parametrize(
    ("waiver", "code"),
    [
        ("{code: K201, item: O1, reason: Contrat}", "W901"),
        ("{code: P703, item: O1, reason: Contrat, until: 2020-01-31}", "W902"),
        ("{code: P799, item: O1, reason: Contrat}", "W903"),
        ("{code: P703, item: O1}", "W904"),
    ],
)
def test_a_waiver_of_the_profile_with_a_fault_covers_nothing_and_is_named(
    library: Library, tmp_path: Path, waiver: str, code: str
) -> None:
    review = _review(library, tmp_path, f"waivers: [{waiver}]")
    assert {f.status for f in review.findings if f.code == "P703"} == {"new"}
    assert {f.code for f in review.findings if f.code.startswith("W")} == {code}
    assert "(own: waivers.0)" in _told(review, code)[0]


def test_a_waiver_of_the_profile_for_a_line_that_was_not_sent_is_not_unused(library: Library, tmp_path: Path) -> None:
    review = _review(library, tmp_path, "waivers: [{code: P703, item: O77, reason: Contrat}]")
    assert not [f for f in review.findings if f.code.startswith("W")]


def test_waivers_of_the_profile_below_still_hold(library: Library, tmp_path: Path) -> None:
    below = tmp_path / "below.yaml"
    below.write_text(HEAD + "waivers: [{code: P703, item: O2, reason: Contrat}]", encoding="utf-8")
    above = f"waivers: [{{code: P703, item: O1, reason: Contrat}}]\nextends: {below}\n"
    path = tmp_path / "above.yaml"
    path.write_text("schema: 1\nname: above\n" + above, encoding="utf-8")
    okr_set = OkrSet.model_validate_json(json.dumps(SET))
    review = review_set(okr_set, library.engine(str(path)), language="fr", input_language="fr")
    assert {f.status for f in review.findings if f.code == "P703"} == {"waived"}


def test_a_rule_silent_in_this_profile_is_no_unknown_code(library: Library, tmp_path: Path) -> None:
    review = _review(library, tmp_path, "ignore: [O108]\nwaivers: [{code: O108, item: O1, reason: Contrat}]")
    assert {f.code for f in review.findings if f.code.startswith("W")} == {"W901"}


@pytest.mark.parametrize(("address", "wanted"), [("formal", "Que changeriez-vous"), ("informal", "Que changerais-tu")])
def test_questions_obey_the_register(library: Library, tmp_path: Path, address: str, wanted: str) -> None:
    review = _review(library, tmp_path, f"address: {{fr: {address}}}")
    assert next(f for f in review.findings if f.code == "P703").ask.startswith(wanted)  # type: ignore[union-attr]


def test_words_of_the_method_can_be_ones_own(library: Library, tmp_path: Path) -> None:
    review = _review(library, tmp_path, "terms: {fr: {circle: département}}")
    assert any("département" in note.message for note in review.notes)
    assert not any("cercle" in note.message for note in review.notes)


def test_a_waiver_by_fingerprint_covers_the_words_and_no_others(library: Library, tmp_path: Path) -> None:
    first = _review(library, tmp_path, "")
    mark = next(f.fingerprint for f in first.findings if f.code == "P703" and f.pointer.startswith("/objectives/0"))
    waivers = [{"code": "P703", "item": mark, "reason": "Engagement pris devant le conseil", "by": "c.dupont"}]
    statuses = {
        f.pointer: f.status for f in _review(library, tmp_path, "", waivers=waivers).findings if f.code == "P703"
    }
    assert sorted(statuses.values()) == ["new", "waived"]
    rewritten = [{**SET["objectives"][0], "title": "+10 % de nouvelles commandes en ligne"}, SET["objectives"][1]]
    anew = _review(library, tmp_path, "", waivers=waivers, objectives=rewritten)
    assert "waived" not in {f.status for f in anew.findings}
    assert "W901" in {f.code for f in anew.findings}
