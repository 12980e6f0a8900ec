"""Whatever a model says: no finding of the rubric disappears, none is lowered, and the score does not move."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coach.critique.answer import Answer, SaidFinding, SaidQuestion, SaidRewrite, SaidVerdict
from coach.critique.dispatch import Dispatch, dispatch
from coach.critique.ground import ground
from coach.critique.sheet import sheets
from coach.domain.critique import REASONS, Addition, Critique, CritiqueStatus, Quote, Verdict
from coach.domain.okr_set import OkrSet
from coach.domain.review import SEVERITIES, Review
from coach.review.draft import review_set
from coach.review.merge import merge
from coach.review.opinion import checked
from coach.rubric.engine import Engine
from tests.critique.endpoint import SECRET, config, draft

MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
CODES = ["K201", "K215", "S309", "X801", "O103", "P701", "D601", "Z999", "", "../etc"]
LINES = ["O1", "O2", "O3", "O1.KR1", "O1.KR4", "O2.KR2", "P1", "C", "A1", "", "/objectives/0"]
WORDS = st.one_of(
    st.sampled_from(
        ["Organiser 6 soirées", "de 7 à 3 sur 12", "Livrer le nouveau carnet de liaison", "Continuer à gérer", "tout est vert", "", "{{ 7*7 }}", "⟨chiffre⟩"]
    ),
    st.text(max_size=60),
)  # fmt: skip
ANSWERS = st.builds(
    Answer,
    language=st.sampled_from(["en", "fr", "nl", "de"]),
    verdicts=st.lists(
        st.builds(
            SaidVerdict,
            finding=st.sampled_from([f"F{n}" for n in range(10)] + ["", "X"]),
            verdict=st.sampled_from(["confirm", "contest", "unsure"]),
            reason=WORDS,
            quote=st.one_of(st.none(), WORDS),
        ),
        max_size=12,
    ),
    new_findings=st.lists(
        st.builds(
            SaidFinding, rule=st.sampled_from(CODES), line=st.sampled_from(LINES), quote=WORDS, explanation=WORDS
        ),
        max_size=8,
    ),
    rewrites=st.lists(st.builds(SaidRewrite, line=st.sampled_from(LINES), text=WORDS, why=WORDS), max_size=3),
    questions=st.lists(st.builds(SaidQuestion, line=st.sampled_from(LINES), question=WORDS), max_size=3),
    summary=WORDS,
)


def rubric_stands(before: Review, after: Review) -> None:
    own = [finding for finding in after.findings if finding.source == "rubric"]
    assert len(own) == len(before.findings)
    for was, now in zip(before.findings, own, strict=True):
        assert replace(now, status=was.status) == was
        assert now.status in (was.status, "contested")
        assert not (was.status == "waived" and now.status == "contested")
    assert after.score == before.score
    assert after.items == before.items
    for added in after.findings:
        if added.source == "critique":
            assert SEVERITIES.index(added.severity) >= SEVERITIES.index("minor")
            assert added.state == "review"
            assert not added.main


def sent(okr_set: OkrSet, review: Review, engine: Engine) -> Dispatch:
    return dispatch(sheets(okr_set, review, engine)[0], engine, config("http://127.0.0.1:1/v1"), SECRET)


@MANY
@given(answer=ANSWERS)
def test_an_arbitrary_answer_takes_nothing_away(
    answer: Answer, review: Review, okr_set: OkrSet, engine: Engine
) -> None:
    found = ground(answer, sent(okr_set, review, engine), engine)
    critique = Critique(
        "ok",
        "ok",
        verdicts=tuple(found.verdicts),
        additions=tuple(found.additions),
        rewrites=tuple(found.rewrites),
        questions=tuple(found.questions),
    )
    after = merge(review, checked(critique, okr_set, engine), okr_set, engine)
    rubric_stands(review, after)
    texts = {f"/objectives/{o}/title": objective.title for o, objective in enumerate(okr_set.objectives)}
    texts |= {
        f"/objectives/{o}/key_results/{k}/title": key_result.title
        for o, objective in enumerate(okr_set.objectives)
        for k, key_result in enumerate(objective.key_results)
    }
    for finding in after.findings:
        if finding.source == "critique":
            quote = finding.evidence[0]
            assert texts[finding.pointer][quote.start : quote.end] == quote.text


@MANY
@given(data=st.data())
def test_a_critique_that_no_grounding_has_seen_takes_nothing_away_either(
    data: st.DataObject, review: Review, okr_set: OkrSet, engine: Engine
) -> None:
    some = st.sampled_from(review.findings)
    pointers = st.sampled_from([item.pointer for item in review.items])
    verdicts = st.builds(
        lambda finding, opinion, pointer: Verdict(
            finding.code, pointer or finding.pointer, finding.fingerprint, opinion, "…"
        ),
        some,
        st.sampled_from(["confirm", "contest", "unsure"]),
        st.one_of(st.just(""), pointers),
    )
    additions = st.builds(
        lambda code, line: Addition(code, line, Quote(f"{line}/title", 0, 5, "Revoi"), "…"),
        st.sampled_from([*CODES, *engine.rules]),
        pointers,
    )
    critique = Critique(
        data.draw(st.sampled_from(get_args(CritiqueStatus))),
        data.draw(st.sampled_from(REASONS)),
        verdicts=tuple(data.draw(st.lists(verdicts, max_size=10))),
        additions=tuple(data.draw(st.lists(additions, max_size=10))),
        note=data.draw(st.sampled_from(["", "…"])),
    )
    rubric_stands(review, merge(review, critique, okr_set, engine))


def test_a_contested_finding_stays_and_stands_in_the_champions_list(
    review: Review, okr_set: OkrSet, engine: Engine
) -> None:
    finding = next(f for f in review.findings if f.code == "K201")
    verdict = Verdict(finding.code, finding.pointer, finding.fingerprint, "contest", "…")
    after = merge(review, Critique("ok", "ok", verdicts=(verdict,)), okr_set, engine)
    assert [f.status for f in after.findings if f.fingerprint == finding.fingerprint] == ["contested"]
    assert after.critique is not None
    assert [(c.code, c.pointer, c.why) for c in after.critique.for_champion] == [("K201", finding.pointer, "contested")]
    assert finding.status == "new"  # the review that was merged into is left as it was


def test_a_waived_finding_cannot_be_contested(engine: Engine) -> None:
    document = {
        "objectives": [{"id": "O1", "title": "Mieux accueillir", "key_results": [{"id": "KR1", "title": "Livrer le carnet"}]}],
        "waivers": [{"code": "K201", "item": "KR1", "reason": "décidé avec le cercle"}],
    }  # fmt: skip
    waived_set = draft(document)
    before = review_set(waived_set, engine)
    finding = next((f for f in before.findings if f.status == "waived"), None)
    assert finding is not None
    verdict = Verdict(finding.code, finding.pointer, finding.fingerprint, "contest", "…")
    rubric_stands(before, merge(before, Critique("ok", "ok", verdicts=(verdict,)), waived_set, engine))
