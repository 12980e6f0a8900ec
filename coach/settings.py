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
    max_body_bytes: int = Field(
        10_000_000, gt=0, description="Largest document that is read, in bytes, on the command line and over HTTP."
    )
    host: str = Field("127.0.0.1", description="Address the service listens on.")
    port: int = Field(8000, ge=0, le=65535, description="Port the service listens on; 0 takes a free one.")

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
