"""`okr-coach duplicates FILE`: which circles are about to do the same, or the opposite."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from coach.cli.common import language_option, read_set, reader_language, the_library
from coach.domain.language import Language
from coach.domain.okr_set import OkrSet
from coach.errors import InputError
from coach.settings import settings

if TYPE_CHECKING:
    from coach.review.similarity import Degraded
    from coach.similarity.sets import Entry, Found, SetRelations

_WORDS_SHOWN = 12


def duplicates(
    file: Annotated[str, typer.Argument(metavar="FILE", help="An okr-set (JSON); - reads standard input.")],
    language: Annotated[str | None, typer.Option(help="Your language: en, fr, nl, de. Default: the set's.")] = None,
    output: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
    related: Annotated[bool, typer.Option("--related", help="Show pairs that are merely related, too.")] = False,
    glossary: Annotated[bool, typer.Option("--glossary", help="Print a glossary file of the unknown words.")] = False,
) -> None:
    """Find duplicates and contradictions between the circles of a set, with groups and the words that made them."""
    if output not in ("text", "json"):
        raise InputError(f"--format: there is no format {output!r}.", hint="Use text or json.")
    spoken = language_option(language, "--language") or reader_language()
    okr_set = read_set(file)

    from coach.review.similarity import similarity_of
    from coach.similarity.glossary import proposals

    layer = similarity_of(settings())
    entries, found, _ = layer.relations(okr_set)
    if glossary:
        sys.stdout.write(proposals(found.unknown))
    elif output == "json":
        sys.stdout.write(json.dumps(_document(entries, found, layer.degraded), ensure_ascii=False, indent=2) + "\n")
    else:
        Page(okr_set, entries, found, spoken or _language_of(okr_set, entries)).show(
            related=related, degraded=layer.degraded
        )


def _document(entries: Sequence[Entry], found: SetRelations, degraded: Degraded | None) -> dict[str, Any]:
    relations = [
        {
            "relation": f.judgement.relation,
            "a": entries[f.a].pointer,
            "b": entries[f.b].pointer,
            "similarity": f.judgement.similarity,
            "probability": f.judgement.probability,
            "band": f.judgement.band,
            "why": list(f.judgement.reasons()),
        }
        for f in found.found
    ]
    groups = [
        {
            "title": entries[group.medoid].text,
            "members": [entries[at].pointer for at in group.members],
            "circles": list(dict.fromkeys(entries[at].group or "" for at in group.members)),
        }
        for group in found.clusters
    ]
    document = {"relations": relations, "clusters": groups, "unknown": dict(found.unknown.most_common())}
    return document | ({"degraded": degraded.reason} if degraded else {})


def _language_of(okr_set: OkrSet, entries: Sequence[Entry]) -> Language:
    if okr_set.organisation and okr_set.organisation.language:
        return okr_set.organisation.language
    from coach.similarity.library import house

    counted = Counter(house().lexicon.detect(entry.text) for entry in entries[:200])
    return counted.most_common(1)[0][0] if counted else "en"


class Page:
    """The answer as text."""

    def __init__(self, okr_set: OkrSet, entries: Sequence[Entry], found: SetRelations, language: Language) -> None:
        self._names = {circle.id: circle.name or circle.id for circle in okr_set.circles}
        self._entries, self._found, self._language = entries, found, language
        self._labels: Mapping[str, Mapping[Language, str]] = the_library().engine(settings().profile).source.labels

    def show(self, *, related: bool, degraded: Degraded | None, hint: bool = True) -> None:
        """Write it to standard output."""
        kinds = ("duplicate", "contradiction", "related") if related else ("duplicate", "contradiction")
        shown = {kind: [f for f in self._found.found if f.judgement.relation == kind] for kind in kinds}
        if degraded:
            print(self._say("relations-degraded", embedder=degraded.embedder, reason=degraded.reason) + "\n")
        for kind, pairs in shown.items():
            if pairs:
                print(f"{self._say(f'relation-{kind}')} ({len(pairs)})")
                for pair in pairs:
                    self._pair(pair)
        if not any(shown.values()):
            print(self._say("relations-none"))
        self._groups()
        hidden = sum(f.judgement.relation == "related" for f in self._found.found)
        if hidden and hint and not related:
            print(self._say("relations-related-hidden", count=str(hidden)))
        if self._found.unknown:
            words = ", ".join(word for word, _ in self._found.unknown.most_common(_WORDS_SHOWN))
            print(f"{self._say('relations-unknown')}: {words}")

    def _pair(self, found: Found) -> None:
        said = found.judgement
        print(f"  {self._line(found.a)}\n  {self._line(found.b)}")
        words = ", ".join(said.reasons())
        print(f"    {said.similarity:.2f} · {self._say(f'band-{said.band}')}{f' · {words}' if words else ''}\n")

    def carried(self, title: str, contributors: int, clear: int) -> None:
        """Say how many objectives contribute to one of the organisation's, and how many of them clearly."""
        print(f"{title}\n  {self._say('coverage-line', count=str(contributors), clear=str(clear))}")

    def _groups(self) -> None:
        groups = [group for group in self._found.clusters if len(group.members) > 2]
        if groups:
            print(self._say("relations-clusters"))
        for group in groups:
            for at in group.members:
                print(f"  {'•' if at == group.medoid else ' '} {self._line(at)}")
            print()

    def _line(self, at: int) -> str:
        entry = self._entries[at]
        circle = f"{self._names.get(entry.group, entry.group)}: " if entry.group else ""
        return f"{circle}{entry.text}"

    def _say(self, name: str, **values: str) -> str:
        return self._labels[name][self._language].format(**values)
