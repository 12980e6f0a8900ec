"""A review on the terminal: the OKR itself, the words underlined, and under them the remark, the question and the code."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from coach.domain.okr_set import OkrSet
from coach.domain.review import DIMENSIONS, Finding, Item, Review
from coach.review.suggestions import label_of
from coach.rubric.engine import Engine
from coach.rubric.manners import line_of
from coach.rubric.wording import NO_BREAK

_PIPE_WIDTH = 100
_COLOURS = {"blocker": "bold red", "major": "red", "minor": "yellow", "hint": "cyan"}


class _Shown:
    """One review being shown."""

    def __init__(self, okr_set: OkrSet, review: Review, engine: Engine, *, everything: bool) -> None:
        self.console = Console(highlight=False, soft_wrap=False)
        if not self.console.is_terminal:
            self.console = Console(highlight=False, soft_wrap=False, no_color=True, width=_PIPE_WIDTH)
        self._set = okr_set
        self._review = review
        self._labels = engine.source.labels
        self._speaker = engine.speaker
        self._signals = {signal.id: signal.label for signal in engine.source.signals}
        self._everything = everything
        self._items = {item.pointer: item for item in review.items}
        self._by_line: dict[str, list[Finding]] = {}
        for finding in review.findings:
            self._by_line.setdefault(line_of(finding), []).append(finding)
        self._shown: set[str] = set()

    def label(self, name: str, **values: str) -> str:
        return self._speaker.say(self._labels[name][self._review.language], self._review.language, values)

    def everything(self, heading: str | None) -> None:
        if heading:
            self.console.rule(heading)
        for index, objective in enumerate(self._set.objectives):
            pointer = f"/objectives/{index}"
            self._line(pointer, objective.title, 0)
            for at, key_result in enumerate(objective.key_results):
                self._line(f"{pointer}/key_results/{at}", key_result.title, 2)
            self.console.print()
        rest = [f for f in self._review.findings if f.fingerprint + f.pointer not in self._shown]
        if rest:
            self.console.print(Text(self.label("whole-set"), style="bold"))
            for finding in rest:
                self._remark(finding, 2, self._title_of(finding))
            self.console.print()
        self._score()
        for note in self._review.notes:
            self.console.print(Text(f"· {note.message}", style="dim"))

    def _line(self, pointer: str, title: str, indent: int) -> None:
        item = self._items[pointer]
        findings = self._by_line.get(pointer, [])
        text = Text("◆ " if item.kind == "objective" else "• ", style="bold" if item.kind == "objective" else "")
        body = Text(" ".join(title.split("\n")))
        for finding in findings:
            if finding.pointer == f"{pointer}/title":
                for quote in finding.evidence:
                    if quote.of is None:
                        body.stylize(f"underline {_COLOURS[finding.severity]}", quote.start, quote.end)
        text.append_text(body)
        text.append(f"  {self._nature(item, says_where=bool(findings))}", style="dim")
        self.console.print(Padding(text, (0, 0, 0, indent), expand=False))
        if item.praise:
            self.console.print(Padding(Text(f"+ {item.praise}", style="green"), (0, 0, 0, indent + 4), expand=False))
        shown = [f for f in findings if self._everything or f.main or f.visible or f.severity == "blocker"]
        for finding in shown:
            self._remark(finding, indent + 4, title if finding.pointer == f"{pointer}/title" else "")
        self._shown.update(f.fingerprint + f.pointer for f in findings)
        if folded := len(findings) - len(shown):
            more = Text(self.label("more-remarks", n=str(folded)), style="dim")
            self.console.print(Padding(more, (0, 0, 0, indent + 4), expand=False))

    def _nature(self, item: Item, *, says_where: bool) -> str:
        """What the line is; where it should live instead, when something was remarked."""
        if item.type is None:
            return ""
        sure = f" {item.confidence:.0%}" if item.confidence is not None else ""
        home = f" · {self.label(f'home-{item.belongs_to}')}" if item.belongs_to and says_where else ""
        return f"[{self.label(f'type-{item.type}')}{sure}{home}]"

    def _remark(self, finding: Finding, indent: int, title: str) -> None:
        head = Text()
        head.append(finding.code, style=_COLOURS[finding.severity])
        tags = [self.label(f"severity-{finding.severity}")]
        if finding.state == "review":
            tags = [self.label("state-review")]
        if finding.preview:
            tags.append(self.label("preview"))
        if finding.status != "new":
            tags.append(self.label(f"status-{finding.status}"))
        head.append(f" ({', '.join(tags)})  ", style="dim")
        head.append(finding.message)
        self.console.print(Padding(head, (0, 0, 0, indent), expand=False))
        if not title and finding.pointer.count("/") <= 2:
            self.console.print(Padding(Text(finding.pointer, style="dim"), (0, 0, 0, indent + 2), expand=False))
        if finding.ask:
            self.console.print(Padding(Text(f"→ {finding.ask}", style="italic"), (0, 0, 0, indent + 2), expand=False))
        self._wordings(finding, indent + 2)
        if self._everything:
            self._reasons(finding, indent + 2)

    def _wordings(self, finding: Finding, indent: int) -> None:
        colon = f"{NO_BREAK}:" if self._review.language == "fr" else ":"
        for at, wording in enumerate(finding.suggestions):
            line = Text("≈ ", style="dim")
            if at == 0 or wording.kind:
                line.append(f"{self.label(label_of(wording))}{colon} ")
            line.append(wording.text, style="not dim green")
            self.console.print(Padding(line, (0, 0, 0, indent), expand=False))

    def _reasons(self, finding: Finding, indent: int) -> None:
        named = (s for s in finding.signals if s.id in self._signals)
        for signal in sorted(named, key=lambda s: -abs(s.weight)):
            reason = f"{signal.weight:+.1f}  {self._signals[signal.id][self._review.language]}"
            self.console.print(Padding(Text(reason, style="dim"), (0, 0, 0, indent), expand=False))

    def _title_of(self, finding: Finding) -> str:
        return finding.evidence[0].text if finding.evidence else ""

    def _score(self) -> None:
        score = self._review.score
        if score.overall is None:
            self.console.print(f"{self.label('score')}: {self.label('not-assessed')}")
            return
        line = Text(f"{self.label('score')} {score.overall}/{score.scale}", style="bold")
        if (score.low, score.high) != (score.overall, score.overall):
            line.append(f" ({score.low}–{score.high})", style="dim")
        for dimension in DIMENSIONS:
            value = getattr(score, dimension)
            shown = self.label("not-assessed") if value is None else str(value)
            line.append(f"  {self.label(f'dimension-{dimension}')}: {shown}", style="not bold dim")
        self.console.print(line)


def show_review(
    okr_set: OkrSet, review: Review, engine: Engine, *, heading: str | None = None, everything: bool = False
) -> None:
    """Print a review; in colour on a terminal, plain in a pipe.

    Args:
        okr_set: what was reviewed.
        review: what the coach says.
        engine: gives labels and the names of signals.
        heading: a line above, for several files.
        everything: show folded remarks and the reasons behind each.
    """
    _Shown(okr_set, review, engine, everything=everything).everything(heading)


def plural(count: int, labels: Iterable[str]) -> str:
    """Return the label for one or for many."""
    one, many = labels
    return (one if count == 1 else many).replace("{n}", str(count))
