"""`python -m eval train-embedder`: the house embedder from the concept lexicon, in one go.

The tokenizer, the sentences and the order are seeded; on one machine two trainings with the same teacher vectors give the same
weights. Teacher vectors are cached in `eval/out/`.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

from coach.resources import RUBRICS
from coach.similarity.concept_files import digest
from eval.train.lexicon import CONCEPTS, compiled, write
from eval.train.sentences import all_forms, make_sentences
from eval.train.student import train
from eval.train.targets import Space
from eval.train.teacher import teacher_vectors
from eval.train.vocabulary import build_tokenizer
from eval.train.write import write_model

HOUSE = RUBRICS / "models" / "house"
CACHE = Path(__file__).resolve().parents[1] / "out" / "teacher.npz"
SEED = 7
DIMENSIONS = 208
SENTENCES = 20_000
EPOCHS = 8


def compile_lexicon(folder: Path = HOUSE) -> Path:
    """Compile the concept lexicon alone; the weights stay."""
    folder.mkdir(parents=True, exist_ok=True)
    _, table = compiled()
    table["digest"] = digest(CONCEPTS)
    write(folder / "concepts.json", table)
    return folder


def train_embedder(folder: Path = HOUSE) -> Path:
    """Compile the lexicon, train, and write the folder; return it."""
    begun = time.monotonic()
    compile_lexicon(folder)
    concepts, table = compiled()
    made = list(make_sentences(concepts, SENTENCES, SEED))
    taught = teacher_vectors([*(s.english for s in made), *(form for c in concepts for form in c.en)], CACHE)
    print(
        f"{len(concepts)} concepts, {len(made)} sentences, teacher after {time.monotonic() - begun:.0f} s", flush=True
    )
    space = Space(concepts, taught, DIMENSIONS)
    weights = np.array([row[6] for row in table["concepts"]], np.float32)
    targets = np.concatenate([space.concepts, space.sentences(made, taught, weights)])
    texts, places = zip(*all_forms(concepts), strict=True)
    said = [(text, len(concepts) + at) for at, s in enumerate(made) for text in s.said]
    tokenizer = build_tokenizer(concepts, (text for text, _ in said))
    model = train(
        tokenizer, [*texts, *(text for text, _ in said)], [*places, *(at for _, at in said)], targets,
        epochs=EPOCHS, seed=SEED,
    )  # fmt: skip
    learned = model.embedding.weight.detach().numpy()
    facts = {
        "seed": SEED,
        "sentences": SENTENCES,
        "epochs": EPOCHS,
        "concepts": len(concepts),
        "lexicon": digest(CONCEPTS),
    }
    write_model(folder, tokenizer, learned, facts)
    print(f"{folder}: {learned.shape[0]} pieces x {learned.shape[1]}, {time.monotonic() - begun:.0f} s")
    return folder
