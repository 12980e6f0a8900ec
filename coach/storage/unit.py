"""One unit of work: the repositories of one organisation within one transaction."""

from __future__ import annotations

from functools import cached_property

from coach.storage.repositories.answers import Answers
from coach.storage.repositories.audit import Audit
from coach.storage.repositories.caches import Caches
from coach.storage.repositories.circles import Circles
from coach.storage.repositories.cycle_reviews import CycleReviews
from coach.storage.repositories.cycles import Cycles
from coach.storage.repositories.dispositions import Dispositions
from coach.storage.repositories.drafts import Drafts
from coach.storage.repositories.jobs import Jobs
from coach.storage.repositories.judgements import Judgements
from coach.storage.repositories.keys import Keys
from coach.storage.repositories.links import Links
from coach.storage.repositories.objectives import Objectives
from coach.storage.repositories.organisations import Organisations
from coach.storage.repositories.people import People
from coach.storage.repositories.projects import Projects
from coach.storage.repositories.reviews import Reviews
from coach.storage.repositories.titles import Titles
from coach.storage.repositories.vocabulary import Vocabulary
from coach.storage.scope import ScopedSession


class Unit:
    """What can be read and written of one organisation; everything else is out of reach.

    Args:
        session: narrowed to the organisation.
        organisation: its id.
    """

    def __init__(self, session: ScopedSession, organisation: str) -> None:
        self._session = session
        self.organisation_id = organisation
        self.organisation = Organisations(session, organisation)
        self.circles = Circles(session)
        self.cycles = Cycles(session)
        self.objectives = Objectives(session)
        self.projects = Projects(session)
        self.links = Links(session)
        self.reviews = Reviews(session, organisation)
        self.dispositions = Dispositions(session)

    @cached_property
    def cycle_reviews(self) -> CycleReviews:
        """Reviews of whole cycles."""
        return CycleReviews(self._session, self.organisation_id)

    @cached_property
    def jobs(self) -> Jobs:
        """Durable jobs of any other kind."""
        return Jobs(self._session)

    @cached_property
    def judgements(self) -> Judgements:
        """Verdicts on pairs, and comments."""
        return Judgements(self._session)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Profiles and glossary."""
        return Vocabulary(self._session)

    @cached_property
    def titles(self) -> Titles:
        """What is compared across circles."""
        return Titles(self._session)

    @cached_property
    def drafts(self) -> Drafts:
        """Drafts and their versions."""
        return Drafts(self._session)

    @cached_property
    def caches(self) -> Caches:
        """Vectors and cached values."""
        return Caches(self._session, self.organisation_id)

    @cached_property
    def keys(self) -> Keys:
        """API keys."""
        return Keys(self._session)

    @cached_property
    def people(self) -> People:
        """Persons."""
        return People(self._session)

    @cached_property
    def audit(self) -> Audit:
        """Who did what."""
        return Audit(self._session)

    def answers(self, caller: str) -> Answers:
        """Return the remembered answers to a caller."""
        return Answers(self._session, caller)
