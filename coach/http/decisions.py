"""What champions decide about pairs of titles: kept with a stored organisation, or for as long as this coach runs."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Literal

from coach.domain.text import text_key
from coach.errors import InputError

if TYPE_CHECKING:
    from coach.http.access import Caller
    from coach.http.state import Service
    from coach.similarity.verdicts import Verdicts

Said = Literal["duplicate", "related", "contradiction", "unrelated"]
_MOST = 5_000


class SessionDecisions:
    """Decisions of a coach that keeps nothing; they end with it."""

    def __init__(self) -> None:
        self._said: OrderedDict[frozenset[str], tuple[str, str, Said]] = OrderedDict()
        self._lock = Lock()
        self._verdicts: Verdicts | None = None

    def put(self, a: str, b: str, relation: Said | None) -> None:
        """Take a decision on two texts, or take it back."""
        pair = frozenset((text_key(a), text_key(b)))
        if len(pair) < 2:
            raise InputError("The two texts are the same words; there is nothing to decide.")
        with self._lock:
            self._said.pop(pair, None)
            if relation is not None:
                self._said[pair] = (a, b, relation)
            if len(self._said) > _MOST:
                self._said.popitem(last=False)
            self._verdicts = None

    def verdicts(self) -> Verdicts:
        """Return all decisions; the same object as long as there is no new one."""
        from coach.similarity.verdicts import Verdict, Verdicts

        with self._lock:
            if self._verdicts is None:
                self._verdicts = Verdicts(Verdict(a, b, relation) for a, b, relation in self._said.values())
            return self._verdicts


def kept_in(service: Service) -> str | None:
    """Return the stored organisation that the drafting page is about; None: decisions hold for the session."""
    named = service.organisation.organisation.id if service.organisation and service.organisation.organisation else None
    return named if service.store is not None and named is not None else None


def decide(service: Service, caller: Caller, organisation: str | None, a: str, b: str, relation: Said | None) -> None:
    """Take a decision on two texts, or take it back with None.

    Args:
        service: with its store.
        caller: who decides; a champion.
        organisation: the stored one; None: for the session.
        a: one text.
        b: the other one.
        relation: what they are to each other.

    Raises:
        ForbiddenError: the caller is no champion.
        InputError: the two texts are the same words.
    """
    caller.must_be("champion")
    if organisation is None or service.store is None:
        service.decisions.put(a, b, relation)
        return
    from coach.storage.repositories.judgements import PairVerdict

    with service.store.write(organisation) as unit:
        if relation is None:
            unit.judgements.take_back(a, b)
        else:
            unit.judgements.put_verdict(PairVerdict(a, b, relation, caller.name))
        unit.organisation.touch()
        subject = f"pair:{min(text_key(a), text_key(b))[:16]}.{max(text_key(a), text_key(b))[:16]}"
        unit.audit.note(caller.name, relation or "taken back", subject)
