"""Reading a rubric's files: rules, signals, natures, lexicons, profiles, with an organisation's own layered over them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coach.domain.language import LANGUAGES, Language
from coach.errors import NotFoundError, RubricError
from coach.rubric.benefits import compile_benefits
from coach.rubric.lazily import Lazily
from coach.rubric.lexicon import Vocabulary, compile_language
from coach.rubric.profile_files import Layer
from coach.rubric.schema import LexiconClasses, LexiconFile, MeasuredFile, Nature, Rule, Signal, SignalFile
from coach.rubric.space import FeatureSpace
from coach.rubric.yaml_files import read_model, read_yaml


@dataclass(frozen=True, slots=True)
class Folders:
    """The built-in rubric and, above it, an organisation's own."""

    layers: tuple[Path, ...]

    def files(self, pattern: str) -> list[Path]:
        """Return the files matching a pattern, the built-in ones first."""
        return [path for layer in self.layers for path in sorted(layer.glob(pattern))]

    def stamp(self) -> str:
        """Return a digest of names, sizes and times of all files: it changes when a file does, and costs no reading."""
        digest = hashlib.sha256()
        for layer in self.layers:
            for path in sorted(layer.rglob("*.yaml")):
                stat = path.stat()
                digest.update(f"{path.relative_to(layer)}|{stat.st_size}|{stat.st_mtime_ns}\n".encode())
        return digest.hexdigest()[:24]

    def digest(self) -> str:
        """Return a digest of what the files say, the tail of the rubric version."""
        digest = hashlib.sha256()
        for layer in self.layers:
            for path in sorted(layer.rglob("*.yaml")):
                digest.update(path.relative_to(layer).as_posix().encode())
                digest.update(path.read_bytes())
        return digest.hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class RubricSource:
    """Everything the files say, checked but not yet compiled for a profile."""

    version: str
    rules: Mapping[str, Rule]
    signals: tuple[Signal, ...]
    natures: Mapping[str, Nature]
    classes: Mapping[str, str]
    languages: Mapping[Language, Mapping[str, Any]]  # compiled vocabularies, each read when it is first asked for
    stop_words: Mapping[str, Sequence[Language]]
    numbers: Mapping[str, Any]
    terms: Mapping[str, Mapping[str, str]]
    notes: Mapping[str, Mapping[Language, str]]
    labels: Mapping[str, Mapping[Language, str]]
    profiles: Mapping[str, Mapping[str, Any]]
    measured: Mapping[str, Mapping[str, Any]]  # by rule, as schema.Measured
    benefits: Mapping[Language, Mapping[str, Any]]  # what suggestions are made of, read like the vocabularies
    #: the words of each language, shared by all profiles
    vocabularies: Mapping[Language, Vocabulary] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Make the vocabulary of a language when it is first asked for."""
        object.__setattr__(self, "vocabularies", Lazily(lambda language: Vocabulary(self.languages[language])))

    def space(self) -> FeatureSpace:
        """Return the feature space of this rubric."""
        return FeatureSpace(self.classes, [signal.id for signal in self.signals])


def read_rubric(folders: Folders) -> RubricSource:
    """Read and check all files.

    Raises:
        RubricError: a file has a fault; the message names file and line.
    """
    classes: dict[str, str] = {}
    for path in folders.files("lexicons/classes.yaml"):
        classes |= {name: entry.kind for name, entry in read_model(path, LexiconClasses).classes.items()}
    signals = tuple(
        signal for path in folders.files("signals/*.yaml") for signal in read_model(path, SignalFile).signals
    )
    _no_signal_twice(signals)
    space = FeatureSpace(classes, [signal.id for signal in signals])
    rules = dict(_rules(folders))
    natures: dict[str, Nature] = {
        nature.kind: nature for path in folders.files("natures/*.yaml") for nature in [read_model(path, Nature)]
    }
    numbers = read_yaml(folders.files("lexicons/numbers.yaml")[-1])
    languages = {lang: compile_language(lang, _lexicons(folders, lang, classes), space) for lang in LANGUAGES}
    version = read_yaml(folders.files("rubric.yaml")[-1])["version"]
    terms = _layered(folders, "terms.yaml")
    notes = _layered(folders, "notes.yaml")
    labels = _layered(folders, "labels.yaml")
    measured = {
        code: figures.model_dump(mode="json")
        for path in folders.files("measured.yaml")
        for code, figures in read_model(path, MeasuredFile).rules.items()
    }
    stop_words: dict[str, list[Language]] = {}
    for language, compiled in languages.items():
        for word in compiled["stop_words"]:
            stop_words.setdefault(word, []).append(language)
    return RubricSource(
        version=f"{version}+{folders.digest()}",
        rules=rules,
        signals=signals,
        natures=natures,
        classes=classes,
        languages=languages,
        stop_words=stop_words,
        numbers=numbers,
        terms=terms,
        notes=notes,
        labels=labels,
        profiles={path.stem: read_yaml(path) for path in folders.files("profiles/*.yaml")},
        measured=measured,
        benefits=compile_benefits(folders.files("benefits/*.yaml")),
    )


def read_profile(source: RubricSource, folders: Folders, name: str) -> Layer:
    """Return a profile file, by its name or by its path.

    Raises:
        NotFoundError: there is no such profile.
    """
    path = Path(name)
    if path.suffix in (".yaml", ".yml"):
        if not path.is_file():
            raise NotFoundError(f"There is no profile file {name!r}.")
        return Layer(read_yaml(path), path)
    if name not in source.profiles:
        raise NotFoundError(f"There is no profile {name!r}.", hint=f"Known: {', '.join(sorted(source.profiles))}.")
    return Layer(source.profiles[name], next(iter(folders.files(f"profiles/{name}.yaml")[-1:]), None))


def _rules(folders: Folders) -> Iterator[tuple[str, Rule]]:
    seen: dict[str, Path] = {}
    for path in folders.files("rules/*/*.yaml"):
        rule = read_model(path, Rule)
        if path.stem != f"{rule.code.rsplit('/', 1)[-1]}-{rule.name}":
            raise RubricError(f"is named otherwise than its rule, {rule.code}-{rule.name}", file=path.name)
        if rule.code in seen and seen[rule.code].parents[2] == path.parents[2]:
            raise RubricError(f"the code {rule.code} stands already in {seen[rule.code].name}", file=path.name)
        seen[rule.code] = path
        yield rule.code, rule


def _lexicons(folders: Folders, language: Language, classes: Mapping[str, str]) -> Iterator[LexiconFile]:
    for path in folders.files(f"lexicons/{language}/*.yaml"):
        file = read_model(path, LexiconFile)
        where = f"{language}/{path.name}"
        if file.lexicon != path.stem or file.language != language:
            raise RubricError(f"says it is {file.language}/{file.lexicon}", file=where)
        if file.lexicon not in classes:
            raise RubricError(f"lexicon {file.lexicon!r} is not in classes.yaml", file=where)
        verb = classes[file.lexicon] == "verb"
        for entry in file.entries:
            if (verb and entry.forms) or (not verb and (entry.act or entry.done or entry.noun)):
                wanted = "act, done, noun" if verb else "forms"
                raise RubricError(f"entry {entry.id!r}: a {classes[file.lexicon]} class has {wanted}", file=where)
        yield file


def _layered(folders: Folders, name: str) -> dict[str, Any]:
    """Merge a two-level file of texts over all layers."""
    merged: dict[str, Any] = {}
    for path in folders.files(name):
        for key, value in read_yaml(path).items():
            if key != "schema":
                merged[key] = {**merged.get(key, {}), **value}
    return merged


def _no_signal_twice(signals: tuple[Signal, ...]) -> None:
    seen: set[str] = set()
    for signal in signals:
        if signal.id in seen:
            raise RubricError(f"signal {signal.id!r} stands twice")
        seen.add(signal.id)
