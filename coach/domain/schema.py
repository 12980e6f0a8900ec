"""The public formats as JSON Schema."""

from typing import Any

from coach.domain.okr_set import OkrSet
from coach.domain.review import REVIEW
from coach.errors import NotFoundError

FORMATS = ("okr-set", "okr-review")


def json_schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a format.

    Args:
        name: `okr-set` or `okr-review`, with or without its version (`/1`).

    Raises:
        NotFoundError: there is no such format.
    """
    match name.removesuffix("/1"):
        case "okr-set":
            schema = OkrSet.model_json_schema(by_alias=True)
        case "okr-review":
            schema = REVIEW.json_schema(mode="serialization")
        case _:
            raise NotFoundError(f"There is no format {name!r}.", hint=f"Known: {', '.join(FORMATS)}.")
    title = f"{name.removesuffix('/1')}/1"
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": title}
