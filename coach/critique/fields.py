"""Every field of an okr-set that a question to a model may hold, and those that never leave: one list for all who say it."""

from __future__ import annotations

#: What leaves, redacted: field of `okr-set/1` -> why a second opinion needs it.
LEAVES: dict[str, str] = {
    "objectives[].title": "it is what is judged",
    "objectives[].why": "the benefit often stands there",
    "objectives[].key_results[].title": "it is what is judged",
    "objectives[].key_results[].baseline": "a figure may stand there instead of in the title",
    "objectives[].key_results[].target": "a figure may stand there instead of in the title",
    "objectives[].key_results[].unit": "a figure may stand there instead of in the title",
    "circles[].name": "of the circle itself",
    "circles[].purpose": "of the circle itself: tells a change from its standing mission",
    "circles[].accountabilities": "of the circle itself: tells a change from its standing mission",
    "projects[].title": "of the circle itself, at most 8",
    "projects[].description": "of the circle itself, at most 8",
    "objectives[].title (parents)": "only the title of what an objective contributes to",
    "organisation.strategy[].text (parents)": "only the statement an objective contributes to",
}
#: What never leaves.
STAYS: tuple[str, ...] = (
    "organisation.id, name, mission, vision",
    "source, cycles, waivers, links[].rationale",
    "ids of any kind",
    "owner, due, baseline_by, source and measurements of key results; owner of objectives and projects",
    "circles[].checklists, metrics, status",
    "other circles: purposes, accountabilities, projects, key results, and every objective that is no parent",
    "scores, severities, confidences and waivers of the rubric; settings, keys and file names",
)
