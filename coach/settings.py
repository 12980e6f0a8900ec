"""All settings in one place, from the environment (`COACH_…`) and, below it, from `coach.toml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from coach.errors import SettingsError

Language = Literal["en", "fr", "nl", "de"]


class Settings(BaseSettings):
    """What an installation may choose; a wrong or unknown value stops the program and names the setting."""

    model_config = SettingsConfigDict(
        env_prefix="COACH_", toml_file="coach.toml", extra="forbid", frozen=True, env_ignore_empty=True
    )

    profile: str = Field("chicc", description="Name of the profile that judges a draft, or a path to a profile file.")
    language: Language | None = Field(
        None, description="The reader's language on the command line (en, fr, nl, de). Unset: taken from LANG."
    )
    rubrics: Path | None = Field(
        None,
        description="A folder of an organisation's own rules, lexicons and profiles, layered over the built-in ones.",
    )
    cache_dir: Path | None = Field(
        None, description="Where compiled lexicons are kept. Unset: the user's cache folder."
    )
    text_model: bool = Field(default=True, description="Let the fitted text model take part as one capped signal.")
    embedder: str = Field(
        "house",
        description="What compares titles: house, off, a sentence-transformers hub id or path, or endpoint:MODEL.",
    )
    embedder_url: str | None = Field(None, description="Address of an OpenAI-compatible embeddings endpoint.")
    embedder_key: SecretStr | None = Field(None, description="Key of the embeddings endpoint.")
    embedder_timeout: float = Field(10.0, gt=0, le=300, description="Seconds to wait for the embeddings endpoint.")
    glossary: Path | None = Field(None, description="A file with an organisation's own words and what they mean.")
    false_alarms: float | None = Field(
        None, ge=0, description="Expected false alarms among the duplicates of one review. Unset: one for ten titles."
    )
    vector_index: Literal["auto", "memory"] = Field(
        "auto",
        description="Where vectors of stored titles are: auto takes pgvector where the database has it, memory each process.",
    )
    max_body_bytes: int = Field(
        10_000_000, gt=0, description="Largest document that is read, in bytes, on the command line and over HTTP."
    )
    database_url: str | None = Field(
        None, description="Where organisations and reviews are kept: postgresql://… or sqlite:///file. Unset: SQLite."
    )
    data_dir: Path | None = Field(None, description="Where the SQLite files are. Unset: the user's data folder.")
    retention_days: int | None = Field(
        None, gt=0, description="Reviews, drafts and the audit log older than this are deleted. Unset: all is kept."
    )
    rate_limit: int = Field(30_000, ge=0, description="Requests a minute for one key; 0 sets no limit.")
    workers: int = Field(1, ge=1, le=64, description="Processes that answer; one for each core makes use of all.")
    host: str = Field("127.0.0.1", description="Address the service listens on.")
    port: int = Field(8000, ge=0, le=65535, description="Port the service listens on; 0 takes a free one.")

    llm_base_url: str | None = Field(
        None, description="An OpenAI-compatible endpoint, such as http://127.0.0.1:11434/v1. Unset: nothing leaves."
    )
    llm_model: str | None = Field(None, description="Name of the model, as the endpoint knows it.")
    llm_api_key: SecretStr | None = Field(None, description="Key of the endpoint, where it wants one.")
    llm_mode: Literal["auto", "md_json", "json_schema", "tools"] = Field(
        "auto", description="How a typed answer is asked for; auto suits nearly every endpoint."
    )
    llm_timeout: float = Field(30, gt=0, description="Seconds that one second opinion may take, retries included.")
    llm_read_timeout: float = Field(20, gt=0, description="Seconds without a byte after which a call has failed.")
    llm_retries: int = Field(2, ge=0, le=5, description="Repetitions after 429, 5xx and broken connections.")
    llm_reasks: int = Field(1, ge=0, le=3, description="Repetitions after an answer that cannot be read.")
    llm_rewordings: int = Field(
        1,
        ge=0,
        le=5,
        description="Proposed wordings of a review that are asked for anew when the rubric objects to them.",
    )
    llm_max_tokens: int = Field(2_500, gt=0, description="Longest answer, in tokens.")
    llm_max_characters: int = Field(20_000, gt=0, description="Longest draft that is sent in one call, in characters.")
    llm_max_answer_bytes: int = Field(1_000_000, gt=0, description="Longest answer that is read, in bytes.")
    llm_concurrency: int = Field(4, ge=1, description="Calls at the same time.")
    llm_patience: float = Field(2, ge=0, description="Seconds a page waits for its turn before it says `busy`.")
    llm_tokens_per_review: int = Field(200_000, ge=0, description="Most tokens of one review; 0: no limit.")
    llm_tokens_per_cycle: int = Field(0, ge=0, description="Most tokens of all reviews of a cycle; 0: no limit.")
    llm_tokens_per_organisation: int = Field(0, ge=0, description="Most tokens of a month; 0: no limit.")
    llm_price_in: float = Field(0, ge=0, description="Price of a million tokens sent; 0: not known.")
    llm_price_out: float = Field(0, ge=0, description="Price of a million tokens received; 0: not known.")
    llm_currency: str = Field("EUR", max_length=3, description="Currency of the prices and of the money limits.")
    llm_money_per_review: float = Field(0, ge=0, description="Most money of one review; 0: no limit.")
    llm_money_per_cycle: float = Field(0, ge=0, description="Most money of all reviews of a cycle; 0: no limit.")
    llm_money_per_organisation: float = Field(0, ge=0, description="Most money of a month; 0: no limit.")
    llm_people: tuple[str, ...] = Field(
        (), description="Names of people that are taken out of a draft before it is sent."
    )
    llm_cache_days: int = Field(30, ge=0, description="Days that answers are kept; 0: they are not.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then the environment, then `coach.toml` in the working directory."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


@cache
def settings() -> Settings:
    """Return the settings of this process, read once.

    Raises:
        SettingsError: a setting is unknown or has a value that cannot be used.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"]) or "coach.toml"
        raise SettingsError(f"Setting {name!r} (COACH_{name.upper()}): {first['msg']}.") from None
