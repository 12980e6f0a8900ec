"""All settings in one place, from the environment (`COACH_…`) and, below it, from `coach.toml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError
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
