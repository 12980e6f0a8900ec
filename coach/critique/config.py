"""What an installation chose about the language model, checked and resolved."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import platformdirs

from coach.errors import SettingsError
from coach.settings import Settings

Mode = Literal["auto", "md_json", "json_schema", "tools"]


@dataclass(frozen=True, slots=True)
class Limits:
    """Most tokens and money of one scope; 0 is no limit."""

    tokens: int = 0
    money: float = 0.0


@dataclass(frozen=True, slots=True)
class LlmConfig:
    """An endpoint and how far we go with it. Seconds, characters, bytes and tokens as the names say.

    `timeout` bounds a whole opinion with its retries, `read_timeout` the silence of one call. Prices are those of a
    million tokens, 0 where nobody told.
    """

    base_url: str
    model: str
    api_key: str = field(default="none", repr=False)
    mode: Mode = "auto"
    timeout: float = 30.0
    read_timeout: float = 20.0
    connect_timeout: float = 3.0
    retries: int = 2
    reasks: int = 1
    rewordings: int = 1
    max_tokens: int = 2_500
    max_characters: int = 20_000
    max_items: int = 12
    max_answer_bytes: int = 1_000_000
    concurrency: int = 4
    patience: float = 2.0
    review: Limits = Limits(200_000)
    cycle: Limits = Limits()
    organisation: Limits = Limits()
    price_in: float = 0.0
    price_out: float = 0.0
    currency: str = "EUR"
    people: tuple[str, ...] = ()
    store: Path | None = None
    cache_days: int = 30

    @property
    def provider(self) -> str:
        """Host and port that texts are sent to."""
        return urlsplit(self.base_url).netloc.rpartition("@")[2]

    @property
    def local(self) -> bool:
        """Whether the endpoint is this machine or one of a private network, so that nothing leaves the house."""
        return _private(urlsplit(self.base_url).hostname or "")

    def cost(self, prompt_tokens: int, completion_tokens: int) -> float | None:
        """Money of so many tokens; None where no price is known."""
        if not (self.price_in or self.price_out):
            return None
        return (prompt_tokens * self.price_in + completion_tokens * self.price_out) / 1_000_000


def llm_config(settings: Settings) -> LlmConfig | None:
    """Return what the settings say about the language model; None where it is off.

    Raises:
        SettingsError: the address is none, or would carry drafts across the internet unencrypted.
    """
    if not settings.llm_base_url or not settings.llm_model:
        return None
    _checked_address(settings.llm_base_url)
    folder = settings.cache_dir or Path(platformdirs.user_cache_dir("okr-coach", appauthor=False))
    return LlmConfig(
        base_url=settings.llm_base_url.rstrip("/"),
        model=settings.llm_model,
        api_key=settings.llm_api_key.get_secret_value() if settings.llm_api_key else "none",
        mode=settings.llm_mode,
        timeout=settings.llm_timeout,
        read_timeout=settings.llm_read_timeout,
        retries=settings.llm_retries,
        reasks=settings.llm_reasks,
        rewordings=settings.llm_rewordings,
        max_tokens=settings.llm_max_tokens,
        max_characters=settings.llm_max_characters,
        max_answer_bytes=settings.llm_max_answer_bytes,
        concurrency=settings.llm_concurrency,
        patience=settings.llm_patience,
        review=Limits(settings.llm_tokens_per_review, settings.llm_money_per_review),
        cycle=Limits(settings.llm_tokens_per_cycle, settings.llm_money_per_cycle),
        organisation=Limits(settings.llm_tokens_per_organisation, settings.llm_money_per_organisation),
        price_in=settings.llm_price_in,
        price_out=settings.llm_price_out,
        currency=settings.llm_currency,
        people=tuple(settings.llm_people),
        store=folder / "critique.sqlite",
        cache_days=settings.llm_cache_days,
    )


def _checked_address(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError(
            f"Setting 'llm_base_url' (COACH_LLM_BASE_URL): {address!r} is no address.",
            hint="Such as http://127.0.0.1:11434/v1.",
        )
    if parts.scheme == "http" and not _private(parts.hostname):
        raise SettingsError(
            "Setting 'llm_base_url' (COACH_LLM_BASE_URL): drafts would cross the internet unencrypted.",
            hint="Use https, or an endpoint on this machine or in a private network.",
        )


def _private(host: str) -> bool:
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host and ":" not in host
