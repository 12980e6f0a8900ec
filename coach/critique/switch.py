"""The critic of an installation, as its settings say; None where the language model is off."""

from __future__ import annotations

import logging
import sqlite3

from coach.critique.breaker import Breaker
from coach.critique.client import Endpoint
from coach.critique.config import LlmConfig, llm_config
from coach.critique.critic import Critic
from coach.critique.store import MemoryStore, SqliteStore, Store
from coach.settings import Settings

_log = logging.getLogger("coach.critique")


def critic_of(settings: Settings, breaker: Breaker | None = None) -> Critic | None:
    """Return the critic that the settings ask for.

    Args:
        settings: of the installation.
        breaker: of another critic of the same endpoint; None makes one.

    Raises:
        SettingsError: the address cannot be used.
    """
    config = llm_config(settings)
    return Critic(config, Endpoint(config), store_of(config), breaker) if config else None


def store_of(config: LlmConfig) -> Store:
    """Return where answers and budgets are kept; in memory where the file cannot be written."""
    if config.store is None:
        return MemoryStore()
    try:
        return SqliteStore(config.store, config.cache_days)
    except (OSError, sqlite3.Error) as error:
        _log.warning("%s cannot be written (%s): answers are kept in memory", config.store.name, type(error).__name__)
        return MemoryStore()
