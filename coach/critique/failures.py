"""From an exception of a client library to one reason of a fixed list, by its names: no client is imported for it."""

from __future__ import annotations

from collections.abc import Iterator

from coach.domain.critique import Reason

#: What may pass by itself: repeating is worth it, and a few in a row mean that the endpoint is down.
TRANSIENT: frozenset[Reason] = frozenset({"timeout", "rate_limited", "server_error", "network"})
#: What nobody can mend by repeating: someone has to look at the settings or the account.
LASTING: frozenset[Reason] = frozenset({"auth", "config", "quota"})

_TIMEOUTS = {"TimeoutError", "APITimeoutError", "ReadTimeout", "ConnectTimeout", "PoolTimeout", "WriteTimeout"}
_NETWORK = {"APIConnectionError", "RemoteProtocolError", "ReadError", "ConnectError", "WriteError", "CloseError"}
_TRUNCATED = {"IncompleteOutputException", "LengthFinishReasonError"}
_INVALID = {"ValidationError", "ResponseParsingError", "JSONDecodeError", "IndexError", "UnicodeDecodeError"}
_DEEPEST = 10


class AnswerTooLargeError(Exception):
    """An endpoint sent more than is read."""


class CallFailedError(Exception):
    """A call gave no answer.

    Args:
        reason: why, one of the fixed list.
    """

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


def reason_of(error: BaseException) -> Reason:
    """Return why a call failed; `internal` for what nobody foresaw."""
    chain = list(_chain(error))
    if any("AnswerTooLargeError" in _names(entry) for entry in chain):
        return "invalid_answer"
    for entry in chain:
        if (reason := _of(entry)) is not None:
            return reason
    return "internal"


def retry_after(error: BaseException) -> float | None:
    """Return the seconds an endpoint asks to wait; None where it does not say."""
    for entry in _chain(error):
        headers = getattr(getattr(entry, "response", None), "headers", None) or {}
        for name, scale in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
            try:
                return max(0.0, float(headers[name]) * scale)
            except (KeyError, ValueError, TypeError):
                continue
    return None


def refused_parameter(error: BaseException) -> str | None:
    """Return the optional parameter that an endpoint says it does not know; None where it refuses something else."""
    for entry in _chain(error):
        if getattr(entry, "status_code", None) in (400, 422):
            said = f"{getattr(entry, 'param', '')} {getattr(entry, 'body', '')} {getattr(entry, 'message', '')}".lower()
            if "response_format" in said or "json_schema" in said:
                return "response_format"
            if "max_tokens" in said and "max_completion_tokens" in said:
                return "max_tokens"
            if "temperature" in said:
                return "temperature"
    return None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what caused it; instructor keeps the first cause in `failed_attempts`, too."""
    seen: list[BaseException] = []
    while error is not None and len(seen) < _DEEPEST and error not in seen:
        seen.append(error)
        yield error
        error = error.__cause__ or (error.__context__ if not error.__suppress_context__ else None)


def _names(error: BaseException) -> set[str]:
    return {kind.__name__ for kind in type(error).__mro__}


def _of(error: BaseException) -> Reason | None:
    names = _names(error)
    status = getattr(error, "status_code", None)
    if names & _TIMEOUTS:
        return "timeout"
    if isinstance(status, int):
        return _of_status(status, error)
    if names & _NETWORK:
        return "network"
    if names & _TRUNCATED:
        return "truncated"
    if _refused(error):
        return "refusal"
    if names & _INVALID or ("ValueError" in names and "JSON" in str(error)[:200]):
        return "invalid_answer"
    return None


def _of_status(status: int, error: BaseException) -> Reason:
    said = f"{getattr(error, 'body', '')} {getattr(error, 'code', '')} {getattr(error, 'type', '')}".lower()
    if status == 402 or (status == 429 and ("insufficient_quota" in said or "billing" in said)):
        return "quota"
    if "content_filter" in said or "content management policy" in said:
        return "refusal"
    if status == 429:
        return "rate_limited"
    if status in (401, 403):
        return "auth"
    if "context_length" in said or status == 413:
        return "too_large"
    if status in (408, 409) or status >= 500:
        return "server_error"
    return "config"


def _refused(error: BaseException) -> bool:
    if isinstance(error, AssertionError) and "Unable to generate a response due to" in str(error):
        return True
    try:
        choice = error.last_completion.choices[0]  # type: ignore[attr-defined]
        return bool(getattr(choice.message, "refusal", None)) or choice.finish_reason == "content_filter"
    except (AttributeError, IndexError, TypeError):
        return False
