"""The rubric compiled once and kept as JSON, so that a start neither parses YAML nor checks it again.

A folder a rubric: `core.json` and one file a language, which is read when a text in that language is. The cache is only ever
a copy: where it cannot be read or written, the files are read instead.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import coach
from coach.domain.language import LANGUAGES, Language
from coach.rubric.schema import Nature, Rule, Signal
from coach.rubric.source import Folders, RubricSource, read_rubric

_FORMAT = 6
_KEPT = 6
_BENEFITS = "-benefits"
_CORE = ("classes", "stop_words", "numbers", "terms", "notes", "labels", "profiles", "measured")


class _Kept(Mapping[Language, Mapping[str, Any]]):
    """What a cache folder holds of each language, read whenever it is asked for: whoever asks keeps what is made of it.

    `tail` tells the files apart.
    """

    def __init__(self, folder: Path, folders: Folders, tail: str = "") -> None:
        self._folder = folder
        self._folders = folders
        self._tail = tail

    def __getitem__(self, language: Language) -> Mapping[str, Any]:
        with contextlib.suppress(OSError, ValueError):
            found: dict[str, Any] = json.loads((self._folder / f"{language}{self._tail}.json").read_bytes())
            return found
        source = read_rubric(self._folders)  # cleared away since, by newer rubrics
        return (source.benefits if self._tail else source.languages)[language]

    def __iter__(self) -> Iterator[Language]:
        return iter(LANGUAGES)

    def __len__(self) -> int:
        return len(LANGUAGES)


def load_source(folders: Folders, cache_dir: Path) -> RubricSource:
    """Return the rubric of these folders, from the cache where it is still true."""
    folder = cache_dir / f"rubric-{coach.__version__}-{_FORMAT}-{folders.stamp()}"
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        return _thaw(folder, folders)
    source = read_rubric(folders)
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        _write(folder, source)
        return _thaw(folder, folders)  # holds a language only once it is needed
    return source


def _thaw(folder: Path, folders: Folders) -> RubricSource:
    data = json.loads((folder / "core.json").read_bytes())
    if not all((folder / f"{lang}{tail}.json").is_file() for lang in LANGUAGES for tail in ("", _BENEFITS)):
        raise KeyError("a language is missing")
    rules = [Rule.model_validate(rule) for rule in data["rules"]]
    natures = [Nature.model_validate(nature) for nature in data["natures"]]
    return RubricSource(
        version=data["version"],
        rules={rule.code: rule for rule in rules},
        signals=tuple(Signal.model_validate(signal) for signal in data["signals"]),
        natures={nature.kind: nature for nature in natures},
        languages=_Kept(folder, folders),
        benefits=_Kept(folder, folders, _BENEFITS),
        **{key: data[key] for key in _CORE},
    )


def _write(folder: Path, source: RubricSource) -> None:
    """Write beside and rename, so that a reader never sees half a rubric; older ones are cleared away."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".rubric-"))
    try:
        _dump(made / "core.json", _core(source))
        for language, compiled in source.languages.items():
            _dump(made / f"{language}.json", compiled)
            _dump(made / f"{language}{_BENEFITS}.json", source.benefits[language])
        made.replace(folder)
    except OSError:
        shutil.rmtree(made, ignore_errors=True)  # another process was faster, or the disk is full
        raise
    found = sorted(folder.parent.glob("rubric-*"), key=lambda old: old.stat().st_mtime, reverse=True)
    for old in found[_KEPT:]:
        shutil.rmtree(old, ignore_errors=True)


def _core(source: RubricSource) -> dict[str, Any]:
    models = {"rules": source.rules.values(), "signals": source.signals, "natures": source.natures.values()}
    return {
        "version": source.version,
        **{name: [model.model_dump(mode="json", by_alias=True) for model in found] for name, found in models.items()},
        **{key: getattr(source, key) for key in _CORE},
    }


def _dump(path: Path, data: Any) -> None:
    path.write_text(json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=str), encoding="utf-8")
