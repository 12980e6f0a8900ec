"""Who pays for a call, and what it has cost."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from coach.critique.client import Meter
from coach.critique.config import LlmConfig
from coach.critique.dispatch import Dispatch
from coach.critique.sheet import Sheet
from coach.critique.store import Claim, Ledger
from coach.domain.critique import Reason, Usage

_log = logging.getLogger("coach.critique")
_CHARACTERS_PER_TOKEN = 3.3
#: After these the endpoint may well have worked, whether it said how much or not.
_WORKED: tuple[Reason | None, ...] = ("ok", "timeout", "network", "invalid_answer", None)


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a call is expected to cost at most: tokens in both directions, and money."""

    sent: int
    received: int
    money: float

    @property
    def tokens(self) -> int:
        """Tokens in both directions."""
        return self.sent + self.received


@dataclass(frozen=True, slots=True)
class Purse:
    """Budgets of reviews, cycles and organisations."""

    config: LlmConfig
    ledger: Ledger

    def estimate(self, question: Dispatch) -> Estimate:
        """Return what a question is expected to cost; the schema of the answer goes along with it."""
        characters = question.characters + len(json.dumps(question.shape.model_json_schema(), indent=2))
        sent, received = round(characters / _CHARACTERS_PER_TOKEN), self.config.max_tokens
        return Estimate(sent, received, self.config.cost(sent, received) or 0.0)

    def claims(self, sheet: Sheet, scope: str) -> list[Claim]:
        """Return who pays: the review, its cycle, and the organisation this month."""
        house, month = sheet.organisation or "-", date.today().strftime("%Y-%m")
        named = [
            Claim(f"review {scope}", self.config.review) if scope else None,
            Claim(f"cycle {house} {sheet.cycle}", self.config.cycle) if sheet.cycle else None,
            Claim(f"month {house} {month}", self.config.organisation),
        ]
        return [claim for claim in named if claim is not None]

    def reserve(self, claims: Sequence[Claim], estimate: Estimate) -> bool:
        """Take the estimate; where the books cannot be read, only what has no limit is spent."""
        try:
            return self.ledger.reserve(claims, estimate.tokens, estimate.money)
        except sqlite3.Error as error:
            _log.warning("budget not readable: %s", type(error).__name__)
            return not any(claim.limits.tokens or claim.limits.money for claim in claims)

    def settle(self, claims: Sequence[Claim], estimate: Estimate, usage: Usage) -> None:
        """Replace the estimate by what was spent."""
        try:
            self.ledger.settle(claims, usage.tokens - estimate.tokens, (usage.cost or 0.0) - estimate.money)
        except sqlite3.Error as error:
            _log.warning("budget not written: %s", type(error).__name__)

    def usage(self, meter: Meter, estimate: Estimate, reason: Reason | None) -> Usage:
        """Return what a call cost; where the endpoint did not say and may well have worked, our estimate."""
        worked = reason in _WORKED and meter.calls > 0
        known = meter.unknown == 0 and (meter.weighed > 0 or not worked)
        sent, received = meter.prompt_tokens, meter.completion_tokens
        if not known:
            sent, received = max(sent, estimate.sent), max(received, estimate.received)
        cost = self.config.cost(sent, received)
        return Usage(sent, received, meter.calls, known, cost, self.config.currency if cost is not None else None)
