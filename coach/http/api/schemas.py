"""Schemas of what is not an okr-set or a review: pages, kept reviews, findings, jobs."""

from __future__ import annotations

from typing import Any

_TEXT = {"type": "string"}
_MAYBE_TEXT = {"type": ["string", "null"]}
_COUNT = {"type": "integer", "minimum": 0}
_MOMENT = {"type": "string", "format": "date-time"}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


KEPT_SCHEMAS: dict[str, Any] = {
    "Pagination": _object({"next_cursor": _MAYBE_TEXT, "has_next_page": {"type": "boolean"}}),
    "KeptReview": _object(
        {
            "id": _TEXT,
            "subject": _TEXT,
            "rubric_version": _TEXT,
            "profile": _TEXT,
            "language": _TEXT,
            "stage": _TEXT,
            "overall": {"type": ["integer", "null"]},
            "circle": _MAYBE_TEXT,
            "cycle": _MAYBE_TEXT,
            "created_at": _MOMENT,
        }
    ),
    "KeptFinding": _object(
        {
            "fingerprint": _TEXT,
            "review": _TEXT,
            "code": _TEXT,
            "severity": _TEXT,
            "state": _TEXT,
            "status": _TEXT,
            "pointer": _TEXT,
            "item": _MAYBE_TEXT,
        }
    ),
    "Disposition": _object(
        {
            "fingerprint": _TEXT,
            "decision": {"enum": ["open", "accepted", "dismissed"]},
            "reason": {"enum": ["deliberate", "mistaken", "later", None]},
            "note": _MAYBE_TEXT,
            "by": _MAYBE_TEXT,
            "until": {"type": ["string", "null"], "format": "date"},
        }
    ),
    "Decision": {
        "type": "object",
        "additionalProperties": False,
        "required": ["decision"],
        "properties": {
            "decision": {"enum": ["open", "accepted", "dismissed"]},
            "reason": {"enum": ["deliberate", "mistaken", "later", None]},
            "note": _MAYBE_TEXT,
            "until": {"type": ["string", "null"], "format": "date"},
        },
    },
    "Job": _object(
        {
            "id": _TEXT,
            "cycle": _TEXT,
            "state": {"enum": ["queued", "running", "done", "failed", "cancelled"]},
            "total": _COUNT,
            "done": _COUNT,
            "reused": _COUNT,
            "failed": _COUNT,
            "error": _MAYBE_TEXT,
            "created_at": _MOMENT,
            "finished_at": {"type": ["string", "null"], "format": "date-time"},
        }
    ),
}
