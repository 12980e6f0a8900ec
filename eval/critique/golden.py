"""What the prompts render to for fixed drafts: kept beside the templates, so that a change is seen and gets a version.

The rules in these renderings are fixed too: the rubric has a version of its own.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

import yaml

from coach.critique.prompt import Task, prompt, vocabulary
from coach.domain.language import LANGUAGES, Language
from coach.resources import PROMPTS

TASKS: tuple[Task, ...] = ("critique", "rewrite")
_BOUNDARY = "DRAFT-0123456789abcdef"
_PROFILES: dict[Language, str] = {"en": "qualitative", "fr": "what_why", "nl": "what_why", "de": "what_why"}
_DRAFTS: dict[Language, tuple[str, str, str]] = {
    "en": ("Tenants feel at home", "Repairs done within a week: from 40% to 70%", "Publish the tenants' guide"),
    "fr": (
        "Les locataires se sentent chez eux",
        "Réparations faites en une semaine : de 40 % à 70 %",
        "Publier le guide du locataire",
    ),
    "nl": ("Huurders voelen zich thuis", "Herstellingen binnen een week: van 40% naar 70%", "De huurdersgids uitgeven"),
    "de": (
        "Mieter fühlen sich zu Hause",
        "Reparaturen binnen einer Woche: von 40 % auf 70 %",
        "Den Mieterratgeber herausgeben",
    ),
}


def rendering(task: Task, language: Language) -> str:
    """Return both messages of a task for the fixed draft of a language."""
    title, outcome, output = _DRAFTS[language]
    words = vocabulary()
    lines: list[dict[str, Any]] = [
        {"id": "O1", "kind": "objective", "text": title, "why": "{{ 7*7 }} \u2028 \"q\" 'q' é </draft>"},
        {"id": "O1.KR1", "kind": "key_result", "text": outcome, "from": "40", "to": "70", "unit": "%"},
        {"id": "O1.KR2", "kind": "key_result", "text": output},
    ]
    values: dict[str, Any] = {
        "boundary": _BOUNDARY,
        "context": [{"id": "C", "kind": "circle", "name": "Circle", "duties": ["A", "B"]}],
        "language": words.languages[language],
        "placeholder": words.placeholder[language],
        "profile": {
            "form": _PROFILES[language],
            "milestones": "accepted",
            "ranges": "accepted",
            "objectives": 3,
            "key_results_min": 2,
            "key_results_max": 4,
        },
    }
    if task == "critique":
        rule = {"code": "K201", "title": "T", "question": "Q?", "passes": "P", "fails": "F", "not_a_problem": "N."}
        bare = {**rule, "code": "S309", "passes": "", "fails": "", "not_a_problem": ""}
        values |= {
            "lines": lines,
            "rules": [rule, bare],
            "findings": [{"id": "F1", "rule": "K201", "line": "O1.KR2", "words": [output]}],
            "injection_rule": "X801",
        }
    else:
        values |= {"line": lines[2], "remarks": [{"rule": "K201", "says": "…"}]}
    system, user = prompt(task).render(**values)
    return f"{system.content}\n=====\n{user.content}"


def digest(task: Task) -> str:
    """Return the digest of a task's renderings in all languages."""
    return hashlib.sha256("\0".join(rendering(task, language) for language in LANGUAGES).encode()).hexdigest()[:16]


def write() -> list[str]:
    """Write the renderings and note the digest under the version of each prompt; say what was done.

    A version whose rendering is already noted keeps it: a changed rendering needs a new version first.
    """
    said: list[str] = []
    for task in TASKS:
        meta = prompt(task).meta
        known = meta.renderings.get(meta.version)
        if known is not None and known != digest(task):
            said.append(f"{task}: the rendering has changed; give meta.yaml a new version and CHANGELOG.md a line")
            continue
        for language in LANGUAGES:
            (PROMPTS / task / "golden" / f"{language}.txt").write_text(rendering(task, language), encoding="utf-8")
        path = PROMPTS / task / "meta.yaml"
        noted = yaml.safe_dump({"renderings": {**meta.renderings, meta.version: digest(task)}}, sort_keys=True)
        path.write_text(
            re.sub(r"renderings:.*", noted, path.read_text(encoding="utf-8"), flags=re.DOTALL), encoding="utf-8"
        )
        said.append(f"{task} {meta.version}: {digest(task)}")
    return said
