"""A circuit breaker: an endpoint that is down is not asked again and again."""

from __future__ import annotations

import time
from collections.abc import Callable

from coach.critique.failures import LASTING, TRANSIENT
from coach.domain.critique import Reason

_IN_A_ROW = 3
_PAUSE = 60.0
_LONG_PAUSE = 600.0


class Breaker:
    """Opens after three transient failures in a row for a minute, after a lasting one for ten; then one trial decides.

    Args:
        clock: seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures = 0
        self._until = 0.0
        self._trial = False

    @property
    def state(self) -> str:
        """`closed`, `open` or `half-open`."""
        if not self._until:
            return "closed"
        return "open" if self._clock() < self._until else "half-open"

    def allows(self) -> bool:
        """Tell whether a call may be made; after the pause the first one that asks is the trial."""
        if not self._until:
            return True
        if self._clock() < self._until or self._trial:
            return False
        self._trial = True
        return True

    def succeeded(self) -> None:
        """Close."""
        self._failures, self._until, self._trial = 0, 0.0, False

    def failed(self, reason: Reason) -> None:
        """Note a failure; what is the draft's own fault, such as a refusal, does not count."""
        if reason in LASTING:
            self._open(_LONG_PAUSE)
        elif reason in TRANSIENT:
            self._failures += 1
            if self._trial or self._failures >= _IN_A_ROW:
                self._open(_PAUSE)
        elif self._trial:  # it answered, if badly
            self.succeeded()

    def abandoned(self) -> None:
        """Note that a call ended without a verdict, such as one that was cancelled."""
        self._trial = False

    def _open(self, pause: float) -> None:
        self._until, self._trial = self._clock() + pause, False
