"""`python -m eval`: how often the coach is right. See `python -m eval --help`."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from eval.corpus import OWN, digest, read_folder, read_pairs
from eval.corpus_facts import corpus_facts, pair_facts, pairs_table
from eval.gate import BASELINES, compare, raise_baseline
from eval.page import as_html
from eval.render import as_json, as_text, shown
from eval.run import engine_for, own_cases, rubric_version, run
from eval.sets import judge_sets

_OUT = Path(__file__).parent / "out"


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return its exit code."""
    parser = _parser()
    chosen = parser.parse_args(arguments)
    return int(chosen.command(chosen) or 0)


def evaluate(chosen: argparse.Namespace) -> int:
    """Print the figures; with --against baseline also what fell, exit code 1."""
    layers = {"rubric": _rubric, "similarity": _similarity, "critique": _critique}
    if chosen.layer != "all":
        return layers[chosen.layer](chosen)
    chosen.replay = True  # nobody's endpoint is asked unless the critique is asked for by name
    return max(layer(chosen) for layer in layers.values())


def _similarity(chosen: argparse.Namespace) -> int:
    from eval.similarity import show

    return show(Path(chosen.corpus) if chosen.corpus else None, as_json=chosen.format == "json")


def _rubric(chosen: argparse.Namespace) -> int:
    folder = Path(chosen.corpus) if chosen.corpus else None
    cases = read_folder(folder) if folder else own_cases(chosen.split)
    external = folder is not None and folder.resolve() != OWN.resolve()
    found = run(cases, profile=chosen.profile, baselines=not chosen.fast)
    hidden = frozenset(r.name for r in found.all) if external else frozenset()
    facts = [
        f"date {date.today()}",
        f"rubric {rubric_version()}",
        f"data {digest(folder or OWN)}",
        f"lines {len(cases)}",
    ]
    if chosen.format == "json":
        print(as_json(found.all))
    elif chosen.format == "html":
        _OUT.mkdir(exist_ok=True)
        path = _OUT / "index.html"
        path.write_text(as_html(found.all, "okr-coach: accuracy", facts), encoding="utf-8")
        print(path)
    else:
        print(" · ".join(facts))
        print(as_text(found.all[:1] if chosen.fast else found.all, misses=chosen.misses, external=hidden))
    return _against(chosen) if chosen.against else 0


def baseline(chosen: argparse.Namespace) -> int:
    """Raise the baseline to the present figures."""
    cases = own_cases("test")
    found = run(cases, baselines=False)
    sets = judge_sets(engine_for("chicc"))
    raise_baseline(found.engine, found.predictions, rubric_version(), digest(OWN), sets=sets)
    print(f"{BASELINES.name}: {len(found.predictions)} verdicts kept")
    return 0


def status(chosen: argparse.Namespace) -> int:
    """Count how often the rules that weigh words are right, and write the status that follows into rubrics/."""
    from eval import status as rules

    figures = rules.measured_now()
    changed = rules.write(figures)
    for code, found in figures.items():
        print(f"{code} {found.status}: {found.precision} [{found.low}-{found.high}] of {found.said}, {found.positives}")
    print("\n".join(changed) or "no status changed")
    return 0


def fit(chosen: argparse.Namespace) -> int:
    """Fit the signals' weights and the text model on the fit split, and write them into rubrics/."""
    from eval.fit.__main__ import main as fit_all

    fit_all()
    return 0


def train(chosen: argparse.Namespace) -> int:
    """Train the house embedder into rubrics/models/house; --lexicon-only compiles the concept lexicon and keeps the weights."""
    from eval.train.embedder import compile_lexicon, train_embedder

    print(compile_lexicon() if chosen.lexicon_only else train_embedder())
    return 0


def relations(chosen: argparse.Namespace) -> int:
    """Fit the relation scorer on our own labelled pairs and write rubrics/models/relations.json."""
    from coach.similarity.items import Preparer
    from coach.similarity.library import house
    from eval.train.relations import fit_relations

    print(fit_relations(Preparer(house(), house().lexicon)))
    return 0


def facts(chosen: argparse.Namespace) -> int:
    """Print what is known about the corpus: lines by language, pairs by label, agreement of the two labellings."""
    for language in corpus_facts():
        kappa = ", ".join(f"{kind.replace('_', ' ')}s {shown(figure)}" for kind, figure in language.kappa.items())
        print(f"{language.language}: {language.lines} lines, {language.ambiguous} ambiguous, kappa {kappa}")
    pairs = pair_facts(read_pairs())
    print(f"\npairs: {pairs[0].topics} topics, {pairs[0].domains} domains, {dict(pairs[0].splits)}")
    print(pairs_table(pairs))
    return 0


def report(chosen: argparse.Namespace) -> int:
    """Write docs/accuracy.md."""
    from eval.report import write_report

    print(write_report())
    return 0


def prompts(chosen: argparse.Namespace) -> int:
    """Write what the prompts render to, for a version that has no rendering yet."""
    from eval.critique.golden import write

    print("\n".join(write()))
    return 0


def bench(chosen: argparse.Namespace) -> int:
    """Print speed and size, measured on this machine."""
    from eval.bench import main as measure

    return measure(chosen.name)


def _critique(chosen: argparse.Namespace) -> int:
    from coach.rubric.library import library
    from eval.critique.run import main as measure

    engine = library().engine("chicc")
    return measure(engine, sets=chosen.sets, repeats=chosen.repeats, record=chosen.record, replay=chosen.replay)


def suggestions(chosen: argparse.Namespace) -> int:
    """Print which lines of the own corpus get a wording to start from; --sample shows some."""
    from eval.run import engine_for
    from eval.suggestions import answers, sample, table

    found = list(answers(engine_for("chicc"), own_cases("all")))
    print(sample(found, chosen.sample, chosen.seed) if chosen.sample else table(found))
    return 0


def _against(chosen: argparse.Namespace) -> int:
    cases = own_cases("test")
    found = run(cases, baselines=False)
    falls, sides = compare(found.engine, found.predictions)
    for side in sides:
        print(f"changed sides: {side.id} expected {side.expected}: {side.before} → {side.now}")
    for fall in falls:
        print(f"fell: {fall}")
    print(f"{len(sides)} lines changed sides, {len(falls)} figures fell")
    return 1 if falls else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval", description=__doc__)
    parser.set_defaults(command=evaluate)
    parser.add_argument("--corpus", help="folder of labelled lines; default: this project's own")
    parser.add_argument("--split", default="test", choices=("fit", "tune", "test", "all"), help="of the own corpus")
    parser.add_argument("--layer", default="rubric", choices=("rubric", "similarity", "critique", "all"))
    parser.add_argument("--profile", default="classic", help="profile that judges")
    parser.add_argument("--against", choices=("baseline",), help="compare with eval/baselines.json")
    parser.add_argument("--format", default="text", choices=("text", "json", "html"))
    parser.add_argument("--misses", type=int, default=12, help="how many of the surest misses to print")
    parser.add_argument("--sets", type=int, default=12, help="critique: labelled sets of each language")
    parser.add_argument("--repeats", type=int, default=1, help="critique: how often each set is asked about")
    parser.add_argument("--record", action="store_true", help="critique: keep the answers for --replay")
    parser.add_argument(
        "--replay", action="store_true", help="critique: play recorded answers back, without an endpoint"
    )
    parser.add_argument("--fast", action="store_true", help="the engine alone, without the baselines")
    commands = parser.add_subparsers()
    named = (
        *(("baseline", baseline), ("facts", facts), ("fit", fit), ("status", status)),
        *(("report", report), ("prompts", prompts)),
    )
    for name, command in named:
        commands.add_parser(name, help=command.__doc__).set_defaults(command=command)
    offered = commands.add_parser("suggestions", help=suggestions.__doc__)
    offered.add_argument("--sample", type=int, default=0, help="how many lines of each language to show")
    offered.add_argument("--seed", type=int, default=1)
    offered.set_defaults(command=suggestions)
    trained = commands.add_parser("train-embedder", help=train.__doc__)
    trained.add_argument("--lexicon-only", action="store_true", help="compile the concept lexicon, keep the weights")
    trained.set_defaults(command=train)
    commands.add_parser("fit-relations", help=relations.__doc__).set_defaults(command=relations)
    measured = commands.add_parser("bench", help=bench.__doc__)
    measured.add_argument("name", nargs="?", help="one bench; default: all")
    measured.set_defaults(command=bench)
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
