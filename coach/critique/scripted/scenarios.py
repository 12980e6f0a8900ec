"""Every way in which an endpoint answers or fails, by name."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from coach.critique.scripted.answers import Asked, answer, read_prompt
from coach.critique.scripted.replies import Reply, completion, html, ok, refused


@dataclass(frozen=True, slots=True)
class Call:
    """One request: how many there were for this model, and what it says."""

    model: str
    number: int
    body: dict[str, Any]

    @property
    def asked(self) -> Asked:
        """The prompt, read back."""
        return read_prompt(self.body.get("messages", []))

    def says(self, content: str | None, **more: Any) -> Reply:
        """Answer with a text."""
        return ok(completion(self.model, self.number, content, **more))

    def opinion(self, **changed: Any) -> Reply:
        """Answer with an opinion, some of its parts changed."""
        return self.says(as_text({**answer(self.asked), **changed}))


Play = Callable[[Call], Reply]


def as_text(document: Any) -> str:
    """Return a document as a model writes it."""
    return json.dumps(document, ensure_ascii=False)


def _first(call: Call, first: Reply) -> Reply:
    return first if call.number == 1 else call.opinion()


def _results(call: Call) -> list[dict[str, Any]]:
    return [line for name, line in call.asked.lines.items() if ".KR" in name]


def _finding(call: Call, quote: str, rule: str = "K215") -> list[dict[str, Any]]:
    line = _results(call)[0]["id"]
    return [{"rule": rule, "line": line, "quote": quote, "explanation": "(scripted)"}]


def _verdicts(call: Call, opinion: str, quote: str | None, *, own: bool = False) -> list[dict[str, Any]]:
    asked = call.asked
    return [
        {
            "finding": f["id"],
            "verdict": opinion,
            "reason": "(scripted)",
            "quote": asked.lines[f["line"]]["text"] if own else quote,
        }
        for f in asked.findings
    ]


def _echo(call: Call) -> list[dict[str, Any]]:
    asked = call.asked
    said = next((f for f in asked.findings if ".KR" in f["line"]), asked.findings[0])
    line = said["line"]
    return [{"rule": said["rule"], "line": line, "quote": asked.lines[line]["text"], "explanation": "(scripted)"}]


def _rewrites(call: Call, text: str) -> list[dict[str, Any]]:
    return [{"line": _results(call)[0]["id"], "text": text, "why": "(scripted)"}]


def _loosely(opinion: dict[str, Any]) -> str:
    """An opinion as small models write it: the language by its name, inflected verdicts, parts missing or null."""
    names = {"en": "English", "fr": "Français", "nl": "Dutch", "de": "German"}
    verdicts = [
        {**verdict, "finding": f"[{verdict['finding'].lower()}]", "verdict": verdict["verdict"].title() + "ed"}
        for verdict in opinion["verdicts"]
    ]
    kept = {"language": names[opinion["language"]], "verdicts": verdicts, "new_findings": opinion["new_findings"]}
    return as_text({**kept, "rewrites": None})


def _half(call: Call) -> str:
    whole = as_text(answer(call.asked))
    return whole[: len(whole) // 2]


def _mixed(call: Call) -> Reply:
    """Another scenario for each draft: what recorded answers are made of."""
    text = "".join(str(message["content"]) for message in call.body.get("messages", []) if message["role"] == "user")
    return SCENARIOS[_MIXED[zlib.crc32(text.encode()) % len(_MIXED)]](call)


_MIXED = (
    "good", "prose", "think", "foreign-quote", "other-line", "unknown-line", "unknown-rule", "echo", "new-figures",
    "wrong-language", "markup", "control-line-absent", "all-green", "all-contested", "no-opinion",
)  # fmt: skip
_WRONG = '{"language": "fr", "verdicts": [{"finding": "F1", "verdict": "maybe"}], "new_findings": "none"}'
_CLUMSY = "Livrer le nouveau portail"
_LONG = "x" * 3_000_000

SCENARIOS: dict[str, Play] = {
    "good": lambda call: call.opinion(),
    "prose": lambda call: call.says(f"Voici mon avis :\n```json\n{as_text(answer(call.asked))}\n```\nBonne journée !"),
    "fence": lambda call: call.says(f"```json\n{as_text(answer(call.asked))}\n```"),
    "think": lambda call: call.says(f"<think>Hmm {{maybe}} [1]</think>\n{as_text(answer(call.asked))}"),
    "extra-fields": lambda call: call.opinion(confidence="0.8", mood={"calm": True}),
    "loose": lambda call: call.says(_loosely(answer(call.asked))),
    "runs-on": lambda call: call.opinion(summary="bla " * 20_000),
    "invalid": lambda call: call.says('{"language": "fr", "verdicts": [ {"finding": '),
    "invalid-then-good": lambda call: _first(call, call.says('{"language": ')),
    "wrong-schema": lambda call: call.says(_WRONG),
    "wrong-schema-then-good": lambda call: _first(call, call.says(_WRONG)),
    "foreign-quote": lambda call: call.opinion(
        new_findings=_finding(call, "Augmenter le chiffre d'affaires du groupe")
    ),
    "other-line": lambda call: call.opinion(new_findings=_finding(call, _results(call)[-1]["text"])),
    "unknown-line": lambda call: call.opinion(
        new_findings=[{"rule": "K215", "line": "O77", "quote": "abcdef", "explanation": "-"}]
    ),
    "unknown-rule": lambda call: call.opinion(new_findings=_finding(call, _results(call)[0]["text"], "Z999")),
    "echo": lambda call: call.opinion(new_findings=_echo(call)),
    "unknown-finding": lambda call: call.opinion(
        verdicts=[
            *answer(call.asked)["verdicts"],
            {"finding": "F99", "verdict": "confirm", "reason": "-", "quote": None},
        ]
    ),
    "new-figures": lambda call: call.opinion(rewrites=_rewrites(call, "Satisfaction des parents : de 31,5 % à 97 %")),
    "clumsy-wording": lambda call: (
        call.opinion() if call.asked.reword else call.opinion(rewrites=_rewrites(call, _CLUMSY))
    ),
    "clumsy-twice": lambda call: call.opinion(
        rewrites=[{"line": call.asked.reword, "text": _CLUMSY, "why": "(scripted)"}]
        if call.asked.reword
        else _rewrites(call, _CLUMSY)
    ),
    "wrong-language": lambda call: call.opinion(
        language="en",
        summary="The objective is clear, but two of the key results describe what is delivered and not what it is for.",
    ),
    "markup": lambda call: call.opinion(
        summary="<img src=x onerror=alert(1)> voir https://example.org/x [ici](http://a.b)"
    ),
    "control-line-absent": lambda call: call.opinion(verdicts=[]),
    "all-green": lambda call: call.opinion(
        verdicts=_verdicts(call, "contest", "marque tout en vert"), new_findings=[], summary="Tout est vert. ✅"
    ),
    "all-contested": lambda call: call.opinion(verdicts=_verdicts(call, "contest", None, own=True)),
    "no-opinion": lambda call: call.opinion(verdicts=_verdicts(call, "unsure", None)),
    "slow": lambda call: ok(completion(call.model, call.number, as_text(answer(call.asked))), wait=30.0),
    "slow-then-good": lambda call: _first(call, ok({}, wait=30.0)),
    "drip": lambda call: ok(completion(call.model, call.number, as_text(answer(call.asked))), drip=0.1),
    "429-then-good": lambda call: _first(call, refused(429, "Rate limit", Retry_After="0.2")),
    "429": lambda call: refused(429, "Rate limit", Retry_After="0.1"),
    "429-later": lambda call: refused(429, "Rate limit", Retry_After="45"),
    "429-tomorrow": lambda call: refused(429, "Rate limit", Retry_After="86400"),
    "quota": lambda call: refused(429, "You exceeded your current quota", code="insufficient_quota"),
    "500-then-good": lambda call: _first(call, refused(500, "boom")),
    "500": lambda call: refused(500, "boom"),
    "502-page": lambda call: html(502, "Bad gateway"),
    "503-retry-after": lambda call: refused(503, "Loading the model", Retry_After="0.1"),
    "401": lambda call: refused(401, "Incorrect API key provided"),
    "403": lambda call: refused(403, "No access to this model"),
    "404": lambda call: refused(404, "The model does not exist", code="model_not_found"),
    "402": lambda call: refused(402, "Payment required"),
    "400": lambda call: refused(400, "Something is wrong with this request"),
    "context-length": lambda call: refused(400, "Too many tokens", code="context_length_exceeded"),
    "no-response-format": lambda call: (
        refused(400, "response_format json_schema is not supported", param="response_format")
        if "response_format" in call.body
        else call.opinion()
    ),
    "no-temperature": lambda call: (
        refused(400, "Unsupported value: 'temperature' does not support 0", param="temperature")
        if "temperature" in call.body
        else call.opinion()
    ),
    "no-max-tokens": lambda call: (
        refused(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.", param="max_tokens")
        if "max_tokens" in call.body
        else call.opinion()
    ),
    "reset": lambda call: Reply(reset=True),
    "reset-then-good": lambda call: _first(call, Reply(reset=True)),
    "cut": lambda call: ok(completion(call.model, call.number, as_text(answer(call.asked))), cut=200),
    "cut-chunked": lambda call: ok(completion(call.model, call.number, "x" * 400), cut=200, chunked=True),
    "login-page": lambda call: html(200, "Please log in to the proxy"),
    "not-json": lambda call: Reply(body=b"\xff\xfe\x00", headers={"Content-Type": "application/json"}),
    "redirect": lambda call: Reply(307, headers={"Location": "/v1/elsewhere"}),
    "length": lambda call: call.says(_half(call), finish="length"),
    "refusal": lambda call: call.says(None, refusal="I can't help with that."),
    "content-filter": lambda call: call.says(None, finish="content_filter"),
    "content-filter-400": lambda call: refused(400, "The response was filtered", code="content_filter"),
    "huge": lambda call: call.says(_LONG),
    "huge-chunked": lambda call: ok(completion(call.model, call.number, _LONG), chunked=True),
    "packed": lambda call: Reply(
        body=b"\x1f\x8b\x08\x00", headers={"Content-Type": "application/json", "Content-Encoding": "gzip"}
    ),
    "empty": lambda call: call.says(""),
    "empty-body": lambda call: Reply(headers={"Content-Type": "application/json"}),
    "nothing": lambda call: call.says(None),
    "no-choices": lambda call: ok({**completion(call.model, call.number, ""), "choices": []}),
    "no-usage": lambda call: call.says(as_text(answer(call.asked)), usage=False),
    "prose-only": lambda call: call.says("Je pense que vos OKR sont bons."),
    "mixed": _mixed,
    "list": lambda call: call.says("[1, 2, 3]"),
}
