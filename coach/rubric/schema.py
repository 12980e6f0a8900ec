"""What a rule file, a signal file and a nature file may contain; everything else is a load error.

One rule is one file: the rule, its documentation, its texts in four languages and its examples, which are its tests.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from coach.domain.language import LANGUAGES, Language
from coach.domain.review import Dimension, Kind, Severity

Scope = Literal["objective", "key_result", "okr", "circle", "set"]
RuleStatus = Literal["preview", "stable", "deprecated", "removed"]
Code = Annotated[str, Field(pattern=r"^[A-Z]\d{3}$|^[a-z][a-z0-9-]*/[A-Z]\d{3}$")]
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]


class Strict(BaseModel):
    """Base of all rubric files: an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Wording(Strict):
    """One sentence where a language addresses the reader in two ways (vous/tu, u/je, Sie/du)."""

    formal: str
    informal: str


Sentence = str | Wording


class Texts(Strict):
    """What a rule says in one language."""

    title: str
    message: Sentence
    ask: Sentence | None = None
    why: Sentence
    not_a_problem: Sentence | None = None
    mend: Sentence | None = None


class SignalsDetect(Strict):
    """A sum of weighted, named signals (log-odds)."""

    type: Literal["signals"]
    bias: float
    report: float = Field(gt=0, lt=1)
    review: float = Field(gt=0, lt=1)
    fitted: bool = Field(default=True, description="False: the weights are logic, not evidence, and are never fitted.")
    signals: dict[str, float]


class Patterns(Strict):
    """Regular expressions of one language, or of all (`any`)."""

    any: list[str] = []
    en: list[str] = []
    fr: list[str] = []
    nl: list[str] = []
    de: list[str] = []


class PatternDetect(Strict):
    """The text matches a regular expression (case-insensitive, on the text as it was written)."""

    type: Literal["pattern"]
    triggers: list[str] = Field(
        [],
        description="Only a text with a word that begins like one of these, or with one of these signs, is read further.",
    )
    patterns: Patterns
    confidence: float = Field(1.0, gt=0, le=1)


class LexiconDetect(Strict):
    """A word of a lexicon class stands at a place."""

    type: Literal["lexicon"]
    when: dict[str, Any]
    confidence: float = Field(1.0, gt=0, le=1)


class CountDetect(Strict):
    """There are more or fewer of something than a profile setting allows."""

    type: Literal["count"]
    what: Literal["objectives", "key_results", "projects", "characters"]
    max: str | None = Field(None, description="Name of the profile limit that may not be exceeded.")
    min: str | None = Field(None, description="Name of the profile limit that must be reached.")


class RelationDetect(Strict):
    """How lines hang together: links, parents, cycles."""

    type: Literal["relation"]
    test: str


class PythonDetect(Strict):
    """A check written in Python and registered under a name; the last resort."""

    type: Literal["python"]
    check: str
    params: dict[str, float | int | str | bool] = {}


Detect = Annotated[
    SignalsDetect | PatternDetect | LexiconDetect | CountDetect | RelationDetect | PythonDetect,
    Field(discriminator="type"),
]


class Example(Strict):
    """One example, which is a test: a line in its context, or a whole okr-set."""

    text: str | None = None
    parent: str | None = None
    span: str | None = Field(None, description="The evidence that must be quoted.")
    kind: Kind | None = None
    profile: str | None = None
    key_results: list[str] | None = None
    circle: dict[str, Any] | None = None
    fields: dict[str, Any] = Field({}, description="Structured fields of the line, such as target or due.")
    set: dict[str, Any] | None = None
    note: str | None = None


class Examples(Strict):
    """The examples of one language. `borderline` lines show the state `review`."""

    bad: list[Example | str] = []
    good: list[Example | str] = []
    borderline: list[Example | str] = []


class Rule(Strict):
    """One rule, as its file says it."""

    schema_: Literal[1] = Field(alias="schema")
    code: Code
    name: Slug
    status: RuleStatus
    judgement: bool = Field(
        default=False,
        description="It weighs words, and is stable only while its remarks are measured to be right (`python -m eval status`).",
    )
    since: str
    dimension: Dimension
    scope: Scope
    severity: Severity
    effort: float = Field(ge=0, description="Penalty points at confidence 1.")
    detect: Detect | None = Field(None, description="None: filled by another layer (similarity, critique).")
    when: dict[str, Any] = Field({}, description="Profile settings that must hold for the rule to speak.")
    obeys: list[str] = Field([], description="Profile settings that change what the rule says.")
    silences: list[Code] = Field(
        [], description="Rules that say the same of a line, and are silent when this one is open."
    )
    stage: Literal["draft", "ready"] = Field("draft", description="`ready`: asked once per set, when it is ready.")
    belongs_to: Literal["objectives", "metrics", "projects", "strategy", "circle"] | None = None
    waivable: bool = True
    critique: str | None = Field(None, description="The question put to the language model.")
    references: list[str] = []
    texts: dict[Language, Texts]
    examples: dict[Language, Examples]

    @model_validator(mode="after")
    def _all_languages(self) -> Rule:
        if missing := [language for language in LANGUAGES if language not in self.texts]:
            raise ValueError(f"texts are missing in {', '.join(missing)}")
        if isinstance(self.detect, SignalsDetect) and self.detect.review > self.detect.report:
            raise ValueError("detect.review lies above detect.report")
        return self


class Measured(Strict):
    """How often a rule that weighs words is right, as the evaluation counted it.

    Attributes:
        by: `labels`: against the labels of the test split; `reading`: its remarks on the corpus were read one by one.
        positives: lines of the corpus that deserve the remark, in each language.
        said: remarks that precision was measured on.
        precision: share of them that are right, with its 95 % interval, `low` to `high`.
    """

    by: Literal["labels", "reading"]
    positives: dict[Language, int]
    said: int
    precision: float = Field(ge=0, le=1)
    low: float = Field(ge=0, le=1)
    high: float = Field(ge=0, le=1)

    @property
    def status(self) -> RuleStatus:
        """Stable from 40 positives, 8 in each language, and a precision of 0.85; else preview: shown, never scored."""
        counts = [self.positives.get(language, 0) for language in LANGUAGES]
        enough = sum(counts) >= 40 and min(counts) >= 8
        return "stable" if enough and self.precision >= 0.85 else "preview"


class MeasuredFile(Strict):
    """What the evaluation counted, by rule."""

    schema_: Literal[1] = Field(alias="schema")
    rules: dict[Code, Measured]


class Signal(Strict):
    """A named reason that rules may weigh: a condition over the features of a line, or a number with a cap."""

    id: Slug
    kinds: list[Kind] = ["objective", "key_result"]
    when: dict[str, Any] | None = Field(None, alias="if")
    value: str | None = Field(None, description="Name of a number that a layer hands in, such as `text-model`.")
    cap: float | None = Field(None, gt=0, description="The number counts at most this much, either way.")
    quotes: bool = Field(default=True, description="False: the words that made it fire are no words to quote.")
    label: dict[Language, str]

    @model_validator(mode="after")
    def _one_source(self) -> Signal:
        if (self.when is None) == (self.value is None):
            raise ValueError(f"signal {self.id!r} needs exactly one of `if` and `value`")
        if self.value is not None and self.cap is None:
            raise ValueError(f"signal {self.id!r} has a `value` and therefore needs a `cap`")
        if missing := [language for language in LANGUAGES if language not in self.label]:
            raise ValueError(f"signal {self.id!r} has no label in {', '.join(missing)}")
        return self


class SignalFile(Strict):
    """A file of signals; a later signal may build on an earlier one."""

    schema_: Literal[1] = Field(alias="schema")
    signals: list[Signal]


class Scorer(Strict):
    """Evidence for one type of line: that of rules, or its own signals."""

    rules: list[Code] = []
    bias: float | None = None
    signals: dict[str, float] = {}


class Nature(Strict):
    """How the type of a kind of line is found: the scorer with the highest confidence wins."""

    schema_: Literal[1] = Field(alias="schema")
    kind: Kind
    sharpness: float = Field(1.0, gt=0, description="How far log-odds may be trusted; fitted on the tune split.")
    types: dict[str, Scorer]


class LexiconEntry(Strict):
    """One word with all its forms."""

    id: str
    act: list[str] = []
    done: list[str] = []
    noun: list[str] = []
    forms: list[str] = []
    tails: list[str] = []
    note: str | None = None


class LexiconFile(Strict):
    """One word class in one language."""

    schema_: Literal[1] = Field(alias="schema")
    lexicon: str
    language: Language
    about: str | None = None
    entries: list[LexiconEntry]


class LexiconClass(Strict):
    """What belongs into a word class."""

    kind: Literal["verb", "word"]
    about: str


class LexiconClasses(Strict):
    """The word classes that rules may name."""

    schema_: Literal[1] = Field(alias="schema")
    classes: dict[str, LexiconClass]
