"""The header `Prefer` (RFC 7240), as far as it says how long somebody is willing to wait."""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST_WAIT = 60.0
_PREFERENCE = re.compile(r"""([!#$%&'*+.^_`|~\w-]+)(?:\s*=\s*("(?:[^"\\]|\\.)*"|[^\s,;]+))?\s*(?:;[^,]*)?""")


@dataclass(frozen=True, slots=True)
class Preference:
    """What was asked for. `wait`: seconds, at most a minute; 0 where the answer may come later."""

    wait: float
    applied: str


def preference(headers: list[str]) -> Preference | None:
    """Return what `Prefer` headers ask for; None where they do not speak of waiting. What cannot be read is ignored."""
    found: dict[str, str] = {}
    for header in headers:
        for match in _PREFERENCE.finditer(header):
            found.setdefault(match[1].lower(), (match[2] or "").strip('"'))
    seconds = found.get("wait", "")
    if seconds.isascii() and seconds.isdigit():
        wait = min(float(seconds[:6]), LONGEST_WAIT)
        return Preference(wait, f"wait={wait:g}")
    return Preference(0.0, "respond-async") if "respond-async" in found else None
