"""Taking personal data out of what is sent, and putting it back into what comes.

E-mail addresses, telephone numbers, national numbers (Belgium, France, the Netherlands, Germany), IBANs and the names of
known people become placeholders such as [EMAIL_1]. Figures and dates stay: the review is about them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

_S = r"[ .\-/\u00a0\u202f]?"
#: Sex, year, month, department, commune, order and, where it is given, the key.
_FRENCH = (
    rf"(?<!\w)[12]{_S}\d{{2}}{_S}(?:0[1-9]|1[0-2]|[2-9]\d){_S}(?:\d{{2}}|2[AB]){_S}\d{{3}}{_S}\d{{3}}"
    rf"(?:{_S}\d{{2}})?(?!\w)"
)
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("EMAIL", re.compile(r"(?<![\w.+%\-])[\w.+%\-]++@[\w\-]++(?:\.[\w\-]++)+")),
    ("IBAN", re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?:[ \u00a0]?[A-Z0-9]{4}){2,7}(?:[ \u00a0]?[A-Z0-9]{1,3})?(?!\w)")),
    ("ID", re.compile(_FRENCH)),
    # Belgium: birth date, order, check digits.
    ("ID", re.compile(r"(?<!\w)\d{2}[.\-/ ]?(?:0\d|1[0-2])[.\-/ ]?(?:[0-2]\d|3[01])[.\-/ ]\d{3}[.\-/ ]?\d{2}(?!\w)")),
    ("ID", re.compile(r"(?<!\w)\d{11}(?!\w)")),  # Belgium, Germany (tax number) without separators
    ("ID", re.compile(r"(?<!\w)\d{2} \d{3} \d{3} \d{3}(?!\w| ?[€%])")),  # Germany: tax number, as it is printed
    ("ID", re.compile(r"(?<!\w)\d{2} ?\d{6} ?[A-Z] ?\d{3}(?!\w)")),  # Germany: pension insurance
    ("PHONE", re.compile(r"(?<![\w+])(?:\+|00)\d{2}(?:[ ./\-\u00a0]?\(0\))?(?:[ ./\-\u00a0]?\d){7,11}(?!\w)")),
    ("PHONE", re.compile(r"(?<![\w.,])0\d{1,4}(?:[ ./\-\u00a0]\d{2,8}|[ ./\-\u00a0]?\d{2}){2,5}(?![\w%])")),
    ("PHONE", re.compile(r"(?<![\w.,])0\d{8,11}(?![\w%])")),
    ("BSN", re.compile(r"(?<!\w)\d{4}\.\d{2}\.\d{3}(?!\w)|(?<!\w)\d{9}(?!\w)")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text without personal data. `cuts`: offsets `(start, end)` here and `(start, end)` in the original."""

    text: str
    original: str
    cuts: tuple[tuple[int, int, int, int], ...] = ()

    def back(self, start: int, end: int) -> tuple[int, int]:
        """Return the offsets in the original; a placeholder that is touched counts as a whole."""
        return self._at(start, last=False), self._at(end, last=True)

    def _at(self, offset: int, *, last: bool) -> int:
        shift = 0
        for here, here_end, there, there_end in self.cuts:
            inside = here < offset < here_end
            if inside:
                return there_end if last else there
            if offset <= here:
                break
            shift = there_end - here_end
        return offset + shift


@dataclass(slots=True)
class Redactor:
    """Redacts the texts of one sheet: the same address is the same placeholder everywhere in it.

    Attributes:
        people: names to take out, such as those of the role tool.
        names: placeholder -> what it stands for.
    """

    people: Iterable[str] = ()
    taken: str = ""
    names: dict[str, str] = field(default_factory=dict)
    _by_value: dict[str, str] = field(default_factory=dict)
    _person: re.Pattern[str] | None = None

    def __post_init__(self) -> None:
        """Make one pattern of all names, the longest first."""
        names = sorted({name.strip() for name in self.people if len(name.strip()) > 1}, key=len, reverse=True)
        if names:
            either = "|".join(r"\s+".join(re.escape(part) for part in name.split()) for name in names)
            self._person = re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE)

    def redact(self, text: str) -> Redacted:
        """Return the text without personal data."""
        found: list[tuple[int, int, str]] = []
        for kind, pattern in self._patterns():
            for match in pattern.finditer(text):
                if not _plausible(kind, match[0]):
                    continue
                if not any(start < match.end() and match.start() < end for start, end, _ in found):
                    found.append((match.start(), match.end(), "ID" if kind == "BSN" else kind))
        return self._cut(text, sorted(found))

    def restore(self, text: str) -> str:
        """Put back what the placeholders of this sheet stand for."""
        for name, value in self.names.items():
            text = text.replace(name, value)
        return text

    def _patterns(self) -> Iterable[tuple[str, re.Pattern[str]]]:
        yield from _PATTERNS
        if self._person is not None:
            yield "PERSON", self._person

    def _cut(self, text: str, found: list[tuple[int, int, str]]) -> Redacted:
        out: list[str] = []
        cuts: list[tuple[int, int, int, int]] = []
        at = length = 0
        for start, end, kind in found:
            name = self._name(kind, text[start:end])
            out += [text[at:start], name]
            length += start - at
            cuts.append((length, length + len(name), start, end))
            length += len(name)
            at = end
        return Redacted("".join([*out, text[at:]]), text, tuple(cuts))

    def _name(self, kind: str, value: str) -> str:
        if value not in self._by_value:
            number = 1
            while (name := f"[{kind}_{number}]") in self.names or name in self.taken:
                number += 1
            self.names[name] = value
            self._by_value[value] = name
        return self._by_value[value]


_DATE = re.compile(r"(?<!\d)(?:0?[1-9]|[12]\d|3[01])[./\-](?:0?[1-9]|1[0-2])[./\-](?:19|20)?\d{2}(?!\d)")


def _plausible(kind: str, found: str) -> bool:
    if kind == "BSN":
        return _eleven(found)
    if kind == "PHONE":
        return 9 <= sum(c.isdigit() for c in found) <= 14 and (found[0] in "+0") and not _DATE.search(found)
    return True


def _eleven(digits: str) -> bool:
    """Whether nine digits are a Dutch citizen service number (weights 9 to 2 and -1, divisible by 11)."""
    figures = [int(c) for c in digits if c.isdigit()]
    return (
        len(figures) == 9 and sum(w * f for w, f in zip((9, 8, 7, 6, 5, 4, 3, 2, -1), figures, strict=True)) % 11 == 0
    )
