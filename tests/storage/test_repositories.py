"""What is kept comes back as it was, on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from coach.domain.answer import Answer
from coach.domain.okr_set import (
    Circle,
    Cycle,
    KeyResult,
    Link,
    Measurement,
    Metric,
    Objective,
    OkrSet,
    Organisation,
    Source,
)
from coach.domain.reading import read_okr_set
from coach.errors import ConflictError, InputError, NotFoundError, ReplayError, StaleError
from coach.resources import EXAMPLES
from coach.storage.okr_sets import keep, surroundings, whole
from coach.storage.repositories.dispositions import Disposition
from coach.storage.repositories.judgements import PairVerdict
from coach.storage.repositories.reviews import KeptFinding, KeptReview
from coach.storage.retention import prune
from coach.storage.store import Store

DEMO = read_okr_set((EXAMPLES / "demo.okr-set.json").read_bytes())


@pytest.fixture
def orvanne(store: Store) -> Store:
    with store.write("orvanne") as unit:
        unit.organisation.put(Organisation(name="Orvanne", language="fr"))
    return store


def test_an_okr_set_comes_back_whole_and_a_second_time_changes_nothing(store: Store) -> None:
    with store.write("orvanne") as unit:
        assert keep(unit, DEMO) > 200
        revision = unit.organisation.revision()
    with store.write("orvanne") as unit:
        assert keep(unit, DEMO) == 0
        assert unit.organisation.revision() == revision
    with store.read("orvanne") as unit:
        found = whole(unit)
    sent, back = DEMO.model_dump(mode="json"), found.model_dump(mode="json")
    for kind in ("organisation", "waivers"):
        assert back[kind] == sent[kind]
    assert sorted(back["links"], key=lambda e: (e["from"], e["to"])) == sorted(
        sent["links"], key=lambda e: (e["from"], e["to"])
    )
    for kind in ("circles", "cycles", "objectives", "projects"):
        assert sorted(back[kind], key=lambda e: e["id"]) == sorted(sent[kind], key=lambda e: e["id"])
    assert read_okr_set(found.model_dump_json(exclude_none=True)).circles[0].metrics == found.circles[0].metrics


def test_every_field_survives(orvanne: Store) -> None:
    circle = Circle(
        id="c", kind="team", status="pilot", purpose="é😀\nb", accountabilities=["a", ""], checklists=["x"],
        metrics=[Metric(name="m", unit="%", current=1.5, low=-1e300, high=0.1)], language="nl",
    )  # fmt: skip
    objective = Objective(
        id="o", circle="nowhere", title="t", why="w", cycle="?", owner="r", change="correct", contributes_to=["b", "a"],
        key_results=[
            KeyResult(id="k", title="kr", baseline=22, target="3,4 %", baseline_by=date(2027, 1, 1), unit="u"),
            KeyResult(title="kr", target="22", measurements=[Measurement(date=date(2027, 2, 1), value=0.1)]),
        ],
    )  # fmt: skip
    with orvanne.write("orvanne") as unit:
        unit.circles.put(circle)
        unit.objectives.put(objective, source=Source(system="tool", id="5f71", version="7"), stage="ready")
    with orvanne.read("orvanne") as unit:
        assert unit.circles.get("c").value == circle  # type: ignore[union-attr]
        kept = unit.objectives.by_external("tool", "5f71")
    assert kept is not None
    assert kept.value == objective
    assert [type(kr.baseline) for kr in kept.value.key_results] == [float, type(None)]
    assert [kr.target for kr in kept.value.key_results] == ["3,4 %", "22"]
    assert (kept.source, kept.stage, kept.version) == (Source(system="tool", id="5f71", version="7"), "ready", 1)


def test_a_stale_change_is_refused_and_undone(orvanne: Store) -> None:
    with orvanne.write("orvanne") as unit:
        unit.cycles.put(Cycle(id="2027"))
        assert unit.cycles.put(Cycle(id="2027", name="a"), expected=1)[0].version == 2
    for expected in (1, 0):
        with pytest.raises(StaleError), orvanne.write("orvanne") as unit:
            unit.circles.put(Circle(id="made before the error"))
            unit.cycles.put(Cycle(id="2027", name="b"), expected=expected)
    with pytest.raises(StaleError), orvanne.write("orvanne") as unit:
        unit.cycles.delete("2027", expected=1)
    with orvanne.read("orvanne") as unit:
        assert unit.cycles.get("2027").value.name == "a"  # type: ignore[union-attr]
        assert unit.circles.all() == []
    with pytest.raises(NotFoundError), orvanne.write("orvanne") as unit:
        unit.cycles.delete("nowhere")


def test_another_tools_id_belongs_to_one_objective(orvanne: Store) -> None:
    with orvanne.write("orvanne") as unit:
        unit.objectives.put(Objective(id="a", title="t"), source=Source(system="s", id="1"))
    with pytest.raises(ConflictError), orvanne.write("orvanne") as unit:
        unit.objectives.put(Objective(id="b", title="t"), source=Source(system="s", id="1"))
    with pytest.raises(ConflictError), orvanne.write("orvanne") as unit:
        unit.objectives.put(Objective(id="a", title="t"), source=Source(system="s", id="2"))


def test_pages_follow_each_other_without_gap(orvanne: Store) -> None:
    with orvanne.write("orvanne") as unit:
        for number in range(7):
            unit.objectives.put(Objective(id=f"o{number}", title="t", circle="ab"[number % 2]))
            unit.links.put(Link.model_validate({"from": f"o{number}", "to": "x"}))
    with orvanne.read("orvanne") as unit:
        seen, after = [], None
        while True:
            page = unit.objectives.page(after=after, limit=3)
            seen += [stored.value.id for stored in page.entries]
            after = page.next
            if after is None:
                break
        assert seen == [f"o{number}" for number in range(7)]
        assert [s.value.id for s in unit.objectives.page(circle="b").entries] == ["o1", "o3", "o5"]
        first = unit.links.page(limit=5, touching="x")
        assert len(first.entries) + len(unit.links.page(after=first.next, touching="x").entries) == 7


def test_a_link_stands_where_it_was_stated(orvanne: Store) -> None:
    with orvanne.write("orvanne") as unit:
        unit.objectives.put(Objective(id="o", title="t", contributes_to=["S1", "S2"]))
        unit.links.put(Link.model_validate({"from": "o", "to": "S1", "rationale": "because"}))
    with orvanne.write("orvanne") as unit:
        unit.objectives.put(Objective(id="o", title="t", contributes_to=["S3"]))
    with orvanne.read("orvanne") as unit:
        assert unit.objectives.get("o").value.contributes_to == ["S3"]  # type: ignore[union-attr]
        assert [(link.to, link.rationale) for link in unit.links.stated()] == [("S1", "because")]
        assert unit.links.get("o", "S2") is None


def test_what_stands_around_a_draft_is_found_and_nothing_else(store: Store) -> None:
    with store.write("orvanne") as unit:
        keep(unit, DEMO)
    own = next(o for o in DEMO.objectives if o.circle == "paie")
    with store.read("orvanne") as unit:
        around = surroundings(unit, OkrSet(objectives=[own]))
    assert {c.id for c in around.circles} == {"ancrage", "paie"}
    others = [o for o in around.objectives if o.circle not in ("ancrage", "paie")]
    wanted = {own.id, *(kr.id for kr in own.key_results)}
    linked = {link.from_ for link in DEMO.links if link.to in wanted}
    assert all(o.id in linked or wanted & set(o.contributes_to) for o in others)
    assert own.id not in {o.id for o in around.objectives}
    assert {"org-o1", "org-o2", "org-o3"} <= {o.id for o in around.objectives}
    assert {p.circle for p in around.projects} == {"paie"}


def test_reviews_are_compared_with_the_last_one_and_old_ones_go(orvanne: Store) -> None:
    old = datetime.now(UTC) - timedelta(days=400)
    finding = KeptFinding("K201", "major", "open", "new", "/objectives/0", "o", "f00d")
    with orvanne.write("orvanne") as unit:
        for number in range(3):
            unit.reviews.add(
                KeptReview(f"objective:{number // 2}", "h", "1", "chicc", "fr", "draft", "{}", id=f"rev_{number}",
                           created_at=old + timedelta(minutes=number), findings=(finding,))
            )  # fmt: skip
    with orvanne.read("orvanne") as unit:
        assert unit.reviews.last("objective:0").id == "rev_1"  # type: ignore[union-attr]
        assert unit.reviews.findings("rev_1") == [finding]
        assert unit.reviews.counts(["rev_0", "rev_1"]) == [("rev_0", "K201", 1), ("rev_1", "K201", 1)]
        first = unit.reviews.page(limit=2)
        assert [r.id for r in first.entries] == ["rev_2", "rev_1"]
        assert [r.id for r in unit.reviews.page(after=first.next).entries] == ["rev_0"]
    assert prune(orvanne, 500) == 0
    assert prune(orvanne, 30) == 1
    with orvanne.read("orvanne") as unit:
        assert unit.reviews.get("rev_0") is None
        assert unit.reviews.findings("rev_0") == []


def test_a_dismissal_holds_until_its_day(orvanne: Store) -> None:
    with orvanne.write("orvanne") as unit:
        kept = unit.dispositions.put(Disposition("f", "dismissed", reason="later", until=date(2027, 1, 31)))
        assert kept.version == 1
    with pytest.raises(StaleError), orvanne.write("orvanne") as unit:
        unit.dispositions.put(Disposition("f", "accepted"), expected=0)
    with orvanne.read("orvanne") as unit:
        found = unit.dispositions.among(["f", "g"])["f"]
    assert found.holds(date(2027, 1, 31))
    assert not found.holds(date(2027, 2, 1))


def test_a_draft_keeps_its_versions(orvanne: Store) -> None:
    first, second = (OkrSet(objectives=[Objective(title=title)], cycle="2027") for title in ("a", "b"))
    with orvanne.write("orvanne") as unit:
        name, version = unit.drafts.put(first, by="Ann")
        assert unit.drafts.put(first, name=name) == (name, version)
        assert unit.drafts.put(second, name=name, expected=1) == (name, 2)
    with orvanne.read("orvanne") as unit:
        assert unit.drafts.get(name).value == second  # type: ignore[union-attr]
        assert [(n, v.objectives[0].title) for n, v in unit.drafts.versions(name)] == [(1, "a"), (2, "b")]
    with orvanne.write("orvanne") as unit:
        unit.drafts.delete(name)
    with orvanne.read("orvanne") as unit:
        assert unit.drafts.versions(name) == []


def test_an_answer_is_given_again_and_a_key_is_for_one_request(orvanne: Store) -> None:
    answer = Answer(200, {"ETag": '"1"'}, b"\x00\xff")
    with orvanne.write("orvanne") as unit:
        assert unit.answers("key:a").begin("k", "digest") is None
    with pytest.raises(ConflictError), orvanne.write("orvanne") as unit:
        unit.answers("key:a").begin("k", "digest")
    with orvanne.write("orvanne") as unit:
        unit.answers("key:a").finish("k", answer)
        assert unit.answers("key:b").begin("k", "other") is None
    with orvanne.write("orvanne") as unit:
        assert unit.answers("key:a").begin("k", "digest") == answer
        with pytest.raises(ReplayError):
            unit.answers("key:a").begin("k", "changed")


def test_caches_vectors_words_and_verdicts(orvanne: Store) -> None:
    with orvanne.write("orvanne") as unit:
        unit.caches.put("critique", "k", b"1")
        unit.caches.put("critique", "k", b"2")
        unit.caches.put_vectors("m", {"a": b"\x00\x01", "b": b"\x02"})
        unit.vocabulary.put_glossary("fr", {"ETP": "équivalent temps plein"})
        unit.vocabulary.put_profile("own", {"extends": "chicc"})
        unit.judgements.put_verdict(PairVerdict("Zoo", "Ark", "duplicate", "Ann"))
        unit.judgements.put_verdict(PairVerdict("ark", " ZOO ", "unrelated", "Bob"))
        with pytest.raises(InputError, match="same words"):
            unit.judgements.put_verdict(PairVerdict("Ark", "ark ", "duplicate", "Ann"))
        unit.judgements.comment("objective:o", "why?", "Ann")
    with orvanne.read("orvanne") as unit:
        assert unit.caches.get("critique", "k") == b"2"
        assert unit.caches.vectors("m", ["a", "c"]) == {"a": b"\x00\x01"}
        assert unit.vocabulary.glossary("fr") == {"ETP": "équivalent temps plein"}
        assert unit.vocabulary.profile("own") == {"extends": "chicc"}
        (kept,) = unit.judgements.verdicts(["zoo"])
        assert ({kept.a, kept.b}, kept.relation, kept.by) == ({"ark", " ZOO "}, "unrelated", "Bob")
        assert kept.at is not None
        assert unit.judgements.verdicts(["zoology"]) == []
        assert [c.text for c in unit.judgements.comments("objective:o")] == ["why?"]
    with orvanne.write("orvanne") as unit:
        assert unit.judgements.take_back("zoo", "ark")
        assert not unit.judgements.take_back("zoo", "ark")
        assert unit.judgements.verdicts() == []


def test_a_person_can_be_exported_and_forgotten(orvanne: Store) -> None:
    with orvanne.write("orvanne") as unit:
        unit.people.add("Élodie Dupré", email="elodie@example.org")
        unit.objectives.put(Objective(id="o", title="t", owner="élodie dupré"))
        unit.judgements.comment("objective:o", "mine", "Élodie Dupré")
        unit.audit.note("Élodie Dupré", "put", "objective:o")
    with orvanne.read("orvanne") as unit:
        found = unit.people.export("ELODIE@example.org")
    assert found["objectives"] == ["o"]
    assert [comment["text"] for comment in found["comments"]] == ["mine"]
    assert len(found["audits"]) == 1
    with orvanne.write("orvanne") as unit:
        assert unit.people.erase("Élodie Dupré") == 4
    with orvanne.read("orvanne") as unit:
        assert set(unit.people.export("Élodie Dupré")) == {"person"}
        assert unit.objectives.get("o").value.owner == "(erased)"  # type: ignore[union-attr]
        assert unit.people.all() == []


def test_an_organisation_goes_with_everything(orvanne: Store) -> None:
    with orvanne.write("orvanne") as unit:
        keep(unit, DEMO)
    with orvanne.write("orvanne") as unit:
        unit.organisation.delete()
    with orvanne.read("orvanne") as unit:
        left = whole(unit)
    assert not (left.organisation or left.circles or left.cycles or left.objectives or left.projects or left.links)
    assert orvanne.organisations() == []


def test_an_objective_without_id_cannot_be_kept(orvanne: Store) -> None:
    with pytest.raises(InputError, match="needs an id"), orvanne.write("orvanne") as unit:
        keep(unit, OkrSet(objectives=[Objective(title="nameless")]))
