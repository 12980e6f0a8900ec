"""The rubric's own words on a page: labels, terms and reasons in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass

from coach.domain.language import Language
from coach.rubric.engine import Engine


def N_(text: str) -> str:  # noqa: N802 - the name that catalogue tools know
    """Mark a text for the catalogue; the template translates it."""
    return text


@dataclass(frozen=True, slots=True)
class Words:
    """Looks words up in the rubric, as a profile may have changed them."""

    engine: Engine
    language: Language

    def label(self, name: str, **values: str) -> str:
        """Return a label of `labels.yaml`."""
        return self.engine.speaker.say(self.engine.source.labels[name][self.language], self.language, values)

    def term(self, name: str) -> str:
        """Return a word of `terms.yaml`, such as `circle`."""
        return self.engine.speaker.say(f"{{term_{name}}}", self.language, {})

    def reason(self, signal: str) -> str | None:
        """Return what a signal says; None for one without a label, such as the bias."""
        labels = (entry.label[self.language] for entry in self.engine.source.signals if entry.id == signal)
        return next(labels, None)
