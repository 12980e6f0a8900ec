"""The tables. Importing this package knows all of them."""

from coach.storage.models import access, judgement, okr, organisation, review, working
from coach.storage.models.base import Base, Owned

__all__ = ["Base", "Owned", "access", "judgement", "okr", "organisation", "review", "working"]
