"""JSON Pointers (RFC 6901), the addresses of problems, items and findings."""

from collections.abc import Iterable


def pointer(parts: Iterable[str | int]) -> str:
    """Join reference tokens into a pointer, escaping `~` and `/`."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)
