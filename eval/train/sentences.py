"""What the student reads: every form of every concept, and parallel sentences made of them in the four languages."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from coach.domain.language import LANGUAGES
from coach.similarity.concept_files import Concept

#: en, fr, nl, de. Word order differs, so the places do too. v: a verb, n and m: what it is about, a: a quality or a direction.
_TEMPLATES = (
    ("{v} {n}", "{v} {n}", "{n} {v}", "{n} {v}"),
    ("{v} {n} for {m}", "{v} {n} pour {m}", "{n} {v} voor {m}", "{n} für {m} {v}"),
    ("{v} the {n} of our {m}", "{v} {n} de nos {m}", "{n} van onze {m} {v}", "{n} unserer {m} {v}"),
    ("{v} {n} with {m}", "{v} {n} avec {m}", "{n} met {m} {v}", "{n} mit {m} {v}"),
    ("{n} and {m}", "{n} et {m}", "{n} en {m}", "{n} und {m}"),
    ("{a} {n}", "{n} : {a}", "{a} {n}", "{n}: {a}"),
    ("{n} {m}", "{n} {m}", "{n} {m}", "{n} {m}"),
    ("{v} {n} in order to {v2} {m}", "{v} {n} afin de {v2} {m}", "{n} {v} om {m} te {v2}", "{n} {v}, um {m} zu {v2}"),
    ("our {m} get {a} {n}", "nos {m} ont {n} {a}", "onze {m} krijgen {a} {n}", "unsere {m} bekommen {a} {n}"),
    ("{n} in {m}", "{n} dans {m}", "{n} in {m}", "{n} in {m}"),
    ("a plan for {n} and {m}", "un plan pour {n} et {m}", "een plan voor {n} en {m}", "ein Plan für {n} und {m}"),
    ("{v} {n} by the end of the year", "{v} {n} d'ici la fin de l'année", "{n} {v} tegen het einde van het jaar",
     "{n} bis Jahresende {v}"),
    ("new {n} for the {m}", "nouveau {n} pour les {m}", "nieuwe {n} voor de {m}", "neue {n} für die {m}"),
    ("{n} without {m}", "{n} sans {m}", "{n} zonder {m}", "{n} ohne {m}"),
    ("{v} {a} {n}", "{v} {n} {a}", "{a} {n} {v}", "{a} {n} {v}"),
)  # fmt: skip


class Sentence(NamedTuple):
    """One meaning said in several ways.

    Attributes:
        english: in the plainest English, which the teacher reads.
        concepts: what it is made of.
        said: the same in all four languages, with other forms.
    """

    english: str
    concepts: tuple[int, ...]
    said: tuple[str, ...]


def make_sentences(concepts: Sequence[Concept], size: int, seed: int) -> Iterator[Sentence]:
    """Yield `size` sentences."""
    rng = random.Random(seed)
    kinds = {
        "v": [at for at, c in enumerate(concepts) if c.pos == "verb"],
        "n": [at for at, c in enumerate(concepts) if c.pos in ("noun", "phrase")],
        "m": [at for at, c in enumerate(concepts) if c.pos in ("noun", "audience")],
        "a": [at for at, c in enumerate(concepts) if c.pos == "adjective"],
    }
    audiences = [at for at, c in enumerate(concepts) if c.pos == "audience"]
    for _ in range(size):
        template = rng.choice(_TEMPLATES)
        chosen = {slot: rng.choice(found) for slot, found in kinds.items()}
        chosen["v2"] = rng.choice(kinds["v"])
        if rng.random() < 0.3:
            chosen["m"] = rng.choice(audiences)
        used = {slot: at for slot, at in chosen.items() if f"{{{slot}}}" in template[0]}
        plain = template[0].format(**{slot: concepts[at].en[0] for slot, at in used.items()})
        said = tuple(
            template[k].format(**{slot: rng.choice(concepts[at].forms(language)) for slot, at in used.items()})
            for k, language in enumerate(LANGUAGES)
        )
        yield Sentence(plain, tuple(used.values()), said)


def all_forms(concepts: Sequence[Concept]) -> Iterator[tuple[str, int]]:
    """Yield every form of every concept, compound parts included, with the concept's index."""
    for at, concept in enumerate(concepts):
        for language in LANGUAGES:
            yield from ((form, at) for form in concept.forms(language))
        for parts in (*concept.tails.values(), *concept.heads.values()):
            yield from ((part, at) for part in parts)
