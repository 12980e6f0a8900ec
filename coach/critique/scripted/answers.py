"""What the scripted endpoint answers: made from the prompt by a few fixed rules, and marked as such in every text."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from coach.domain.language import Language

_TEXTS: dict[Language, dict[str, str]] = {
    "en": {
        "mark": "(scripted)",
        "confirm": "the words quoted do say so.",
        "contest": "the line names who is better off, which may be enough here.",
        "added": "every figure could be met while this has not come true.",
        "rewrite": "More people helped at the first contact: from ⟨figure⟩ to ⟨figure⟩",
        "why": "it measures what changes for people rather than what is delivered.",
        "question": "What will the people it is meant for notice, and from when?",
        "summary": "no language model has read this; the answer shows what an opinion looks like.",
    },
    "fr": {
        "mark": "(réponse de démonstration)",
        "confirm": "les mots cités le disent bien.",
        "contest": "la ligne dit qui s'en porte mieux, ce qui peut suffire ici.",
        "added": "tous les chiffres pourraient être atteints sans que ceci soit devenu vrai.",
        "rewrite": "Personnes aidées dès le premier contact : de ⟨chiffre⟩ à ⟨chiffre⟩",
        "why": "cela mesure ce qui change pour les gens plutôt que ce qui est livré.",
        "question": "Que remarqueront les personnes concernées, et à partir de quand ?",
        "summary": "aucun modèle de langage n'a lu ce brouillon ; la réponse montre à quoi ressemble un avis.",
    },
    "nl": {
        "mark": "(voorbeeldantwoord)",
        "confirm": "dat staat er inderdaad in de aangehaalde woorden.",
        "contest": "de regel zegt voor wie het beter wordt, en dat kan hier volstaan.",
        "added": "alle cijfers kunnen gehaald worden zonder dat dit waar geworden is.",
        "rewrite": "Mensen die bij het eerste contact geholpen zijn: van ⟨cijfer⟩ naar ⟨cijfer⟩",
        "why": "het meet wat er voor mensen verandert en niet wat er opgeleverd wordt.",
        "question": "Wat merken de mensen voor wie het bedoeld is, en vanaf wanneer?",
        "summary": "geen taalmodel heeft dit gelezen; het antwoord toont hoe een mening eruitziet.",
    },
    "de": {
        "mark": "(Beispielantwort)",
        "confirm": "die zitierten Worte sagen es in der Tat.",
        "contest": "die Zeile sagt, für wen es besser wird, und das kann hier genügen.",
        "added": "alle Zahlen könnten erreicht sein, ohne dass dies wahr geworden ist.",
        "rewrite": "Menschen, denen beim ersten Kontakt geholfen ist: von ⟨Zahl⟩ auf ⟨Zahl⟩",
        "why": "es misst, was sich für die Menschen ändert, und nicht, was geliefert wird.",
        "question": "Was werden die Menschen bemerken, um die es geht, und ab wann?",
        "summary": "kein Sprachmodell hat das gelesen; die Antwort zeigt, wie eine Meinung aussieht.",
    },
}
_NAMES: dict[str, Language] = {"English": "en", "French": "fr", "Dutch": "nl", "German": "de"}
_BOUNDARY = re.compile(r"^DRAFT-[0-9a-f]{16}$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Asked:
    """A prompt, read back: the lines of the draft by id, the findings, and the language to answer in.

    `reword` is the id of the line whose wording is asked for; empty where an opinion is.
    """

    language: Language
    lines: dict[str, dict[str, Any]]
    findings: list[dict[str, Any]]
    reword: str = ""


def read_prompt(messages: list[dict[str, Any]]) -> Asked:
    """Return what a prompt of ours asks; an empty question where it is none of ours."""
    text = next((str(m["content"]) for m in messages if "DRAFT-" in str(m["content"]) and m["role"] == "user"), "")
    found = list(_BOUNDARY.finditer(text))
    spoken = re.search(r"Answer in (\w+)\.", text[found[1].end() :] if len(found) > 1 else "")
    language = _NAMES.get(spoken[1] if spoken else "", "en")
    if len(found) < 2:
        return Asked(language, {}, [])
    lines = [json.loads(line) for line in text[found[0].end() : found[1].start()].split("\n") if line.startswith("{")]
    findings = [json.loads(line) for line in text[found[1].end() :].split("\n") if line.startswith('{"id"')]
    wanted = re.search(r"^Word the line (\S+) anew\.", text[found[1].end() :], re.MULTILINE)
    return Asked(language, {line["id"]: line for line in lines}, findings, wanted[1] if wanted else "")


def answer(asked: Asked) -> dict[str, Any]:
    """Return an opinion: confirms the findings, contests one on a key result where there are three, adds and asks a little."""
    texts = {name: f"{_TEXTS[asked.language]['mark']} {text}" for name, text in _TEXTS[asked.language].items()}
    if asked.reword:
        said = {"line": asked.reword, "text": _TEXTS[asked.language]["rewrite"], "why": texts["why"]}
        return {"language": asked.language, "rewrites": [said]}
    on_results = [finding for finding in asked.findings if "." in finding["line"]]
    contested = on_results[-1]["id"] if len(on_results) >= 3 else None
    with_results = sorted({name.partition(".")[0] for name in asked.lines if ".KR" in name})
    first = with_results[:1]
    return {
        "language": asked.language,
        "verdicts": [_verdict(finding, asked, texts, contested) for finding in asked.findings],
        "new_findings": [
            {"rule": "S309", "line": line, "quote": asked.lines[line]["text"], "explanation": texts["added"]}
            for line in first
        ],
        "rewrites": [
            {"line": finding["line"], "text": _TEXTS[asked.language]["rewrite"], "why": texts["why"]}
            for finding in on_results[:1]
        ],
        "questions": [{"line": line, "question": texts["question"]} for line in first],
        "summary": texts["summary"],
    }


def _verdict(finding: dict[str, Any], asked: Asked, texts: dict[str, str], contested: str | None) -> dict[str, Any]:
    opinion = "contest" if finding["id"] == contested else "confirm"
    return {
        "finding": finding["id"],
        "verdict": opinion,
        "reason": texts[opinion],
        "quote": asked.lines[finding["line"]]["text"],
    }
