"""Making what the settings ask for: an embedder, and the scorer over it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from coach.errors import SettingsError
from coach.similarity.concepts import ConceptLexicon
from coach.similarity.embedder import Embedder
from coach.similarity.house import HouseEmbedder
from coach.similarity.items import Preparer
from coach.similarity.pairs import PairScorer
from coach.similarity.relations import RelationModel

if TYPE_CHECKING:
    from coach.similarity.glossary import Term

HOUSE_NAME = "house"
_ENDPOINT = "endpoint:"


@lru_cache(maxsize=1)
def house() -> HouseEmbedder:
    """Return the house embedder of this process, read once."""
    return HouseEmbedder()


def embedder_of(
    name: str, lexicon: ConceptLexicon, *, base_url: str | None = None, key: str | None = None, timeout: float = 10.0
) -> Embedder:
    """Return an embedder by name.

    Args:
        name: `house`; `endpoint:MODEL`; anything else is a sentence-transformers hub id or path.
        lexicon: of the house.
        base_url: of the endpoint.
        key: of the endpoint.
        timeout: seconds for one batch of the endpoint.

    Raises:
        SettingsError: an endpoint is named without its address.
    """
    if name == HOUSE_NAME:
        return house()
    if name.startswith(_ENDPOINT):
        if not base_url:
            raise SettingsError("Setting 'embedder' names an endpoint without COACH_EMBEDDER_URL.")
        from coach.similarity.endpoint import EndpointEmbedder

        return EndpointEmbedder(base_url, name.removeprefix(_ENDPOINT), lexicon, key=key, timeout=timeout)
    from coach.similarity.hub import HubEmbedder

    return HubEmbedder(name, lexicon)


def scorer(
    embedder: Callable[[ConceptLexicon], Embedder] | None = None,
    glossary: Path | None = None,
    terms: Sequence[Term] = (),
) -> PairScorer:
    """Return the pair scorer.

    Args:
        embedder: makes the embedder from the lexicon; None: the house's.
        glossary: a file with own words; None: none.
        terms: an organisation's own words, which win over those of the file.
    """
    own = house()
    lexicon = own.lexicon
    if glossary or terms:
        from coach.similarity.glossary import glossed, terms_of
        from coach.similarity.glossed import GlossedEmbedder, meanings_of

        filed = terms_of(glossary) if glossary else ()
        if glossary:
            lexicon = glossed(lexicon, filed, file=glossary.name)
        lexicon = glossed(lexicon, terms)
        chosen = embedder(lexicon) if embedder else own
        return PairScorer(Preparer(GlossedEmbedder(chosen, meanings_of(lexicon, (*filed, *terms))), lexicon), _model())
    return PairScorer(Preparer(embedder(lexicon) if embedder else own, lexicon), _model())


@lru_cache(maxsize=1)
def _model() -> RelationModel:
    return RelationModel.read()
