"""Finding a quotation in the text it was copied from, as forgiving as people are and no more.

Case, white space, typographic quotes and dashes, composed and decomposed accents and invisible characters do not count;
every letter and every figure does.
"""

from __future__ import annotations

import re
import unicodedata

_LIKE = {
    **dict.fromkeys("’‘ʼ′`´", "'"),
    **dict.fromkeys("“”„«»‟", '"'),
    **dict.fromkeys("–—‑‒−", "-"),
}
_GAP = re.compile(r"\s*(?:\.\.\.|…|\[(?:\.\.\.|…)\])\s*")
_OUTER = "\"«»“”„'’‘ \u00a0\u202f"
_SHORTEST = 6


def folded(text: str) -> tuple[str, list[int]]:
    """Return the text as it is compared, and for each of its characters the offset it comes from."""
    out: list[str] = []
    offsets: list[int] = []
    for at, cluster in _clusters(text):
        for char in unicodedata.normalize("NFKC", "".join(_LIKE.get(c, c) for c in cluster)).casefold():
            if char.isspace():
                if not out or out[-1] == " ":
                    continue
                char = " "
            elif unicodedata.category(char) in ("Cf", "Cc"):
                continue
            out.append(char)
            offsets.append(at)
    while out and out[-1] == " ":
        out.pop()
        offsets.pop()
    return "".join(out), offsets


def _clusters(text: str) -> list[tuple[int, str]]:
    """Split into letters with the accents that follow them."""
    found: list[tuple[int, str]] = []
    for at, char in enumerate(text):
        if found and unicodedata.combining(char):
            found[-1] = (found[-1][0], found[-1][1] + char)
        else:
            found.append((at, char))
    return found


def find(quote: str, text: str) -> tuple[int, int] | None:
    """Return where a quotation stands, as code point offsets `[start, end)`; None where it does not.

    An ellipsis splits it into parts that stand in this order. Fewer than six characters without a figure prove nothing.
    """
    below, offsets = folded(text)
    parts = [part for part in _GAP.split(quote.strip(_OUTER).rstrip(".,;:!?").strip(_OUTER)) if part.strip()]
    wanted = [folded(part)[0] for part in parts]
    if not any(wanted) or (sum(map(len, wanted)) < _SHORTEST and not any(c.isdigit() for c in quote)):
        return None
    start: int | None = None
    at = 0
    for part in wanted:
        found = below.find(part, at) if part else -1
        if found < 0:
            return None
        start = found if start is None else start
        at = found + len(part)
    assert start is not None
    return offsets[start], _end(text, offsets[at - 1])


def _end(text: str, last: int) -> int:
    end = last + 1
    while end < len(text) and unicodedata.combining(text[end]):
        end += 1
    return end
