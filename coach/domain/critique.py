"""The language model's second opinion, as a review carries it.

It stands beside the rubric's findings: it may confirm, contest, add and ask, and never removes or lowers one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

from coach.domain.language import Language

CritiqueStatus = Literal["ok", "partial", "degraded", "off"]
Reason = Literal[
    "ok",
    "off",
    "too_large",
    "busy",
    "budget",
    "circuit_open",
    "timeout",
    "rate_limited",
    "quota",
    "auth",
    "config",
    "server_error",
    "network",
    "truncated",
    "refusal",
    "invalid_answer",
    "untrusted_answer",
    "internal",
]
REASONS: tuple[Reason, ...] = get_args(Reason)
OpinionOf = Literal["confirm", "contest", "unsure"]
Part = Literal["verdict", "quote", "finding", "rewrite", "question", "summary"]
Why = Literal[
    "unknown-id",
    "repeated",
    "unknown-line",
    "unknown-rule",
    "not-verbatim",
    "contest-without-quote",
    "already-found",
    "too-grave",
    "figure-not-in-draft",
    "speaks-to-the-reviewer",
    "about-the-control-line",
    "empty",
]


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of the draft: code point offsets `[start, end)` into the text that `pointer` names."""

    pointer: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the model says of one of the rubric's findings."""

    code: str
    pointer: str
    fingerprint: str
    opinion: OpinionOf
    reason: str
    quote: Quote | None = None


@dataclass(frozen=True, slots=True)
class Addition:
    """What the model found by itself; the review makes it a finding, at most *minor*, in the state *review*."""

    code: str
    line: str
    quote: Quote
    explanation: str


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A wording to start from. `checked`: the rubric has read it; `remarks`: the codes that still speak of it."""

    pointer: str
    text: str
    why: str
    checked: bool = False
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A coaching question about one line."""

    pointer: str
    question: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """Something the model said that is not shown as it was said, and why."""

    what: Part
    why: Why
    pointer: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """What an opinion has cost; `known` is False where the endpoint did not say, and tokens are then estimates."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    calls: int = 0
    known: bool = True
    cost: float | None = None
    currency: str | None = None

    @property
    def tokens(self) -> int:
        """Tokens in both directions."""
        return self.prompt_tokens + self.completion_tokens


@dataclass(frozen=True, slots=True)
class ForChampion:
    """A finding that a champion should look at: the model contests it, or the draft speaks to its reviewer."""

    code: str
    pointer: str
    why: Literal["contested", "instructions"]


@dataclass(frozen=True, slots=True)
class Critique:
    """A second opinion, with where it comes from.

    Attributes:
        reason: one of a fixed list; `ok` where there is an opinion.
        note: the same in a sentence, in the reader's language; empty where there is nothing to say.
        provider: host the draft was sent to.
        prompt: name, version and digest of the prompt, such as `critique@1.0.0+3fa9…`.
        language: the opinion's, which is the draft's.
        seconds: how long it took, queueing left out.
        cached: no call was made.
        parts: how many prompts the set was split into, one for each circle at least.
        flags: what was noticed about the answer as a whole, such as `language` or `control-line-absent`.
    """

    status: CritiqueStatus
    reason: Reason
    note: str = ""
    provider: str = ""
    model: str = ""
    prompt: str = ""
    language: Language | None = None
    seconds: float = 0.0
    cached: bool = False
    parts: int = 1
    usage: Usage = field(default_factory=Usage)
    verdicts: tuple[Verdict, ...] = ()
    additions: tuple[Addition, ...] = ()
    rewrites: tuple[Rewrite, ...] = ()
    questions: tuple[Question, ...] = ()
    summary: str = ""
    dropped: tuple[Dropped, ...] = ()
    flags: tuple[str, ...] = ()
    for_champion: tuple[ForChampion, ...] = ()
