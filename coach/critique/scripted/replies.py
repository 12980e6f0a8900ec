"""What goes over the wire: a status, headers, a body, and how it is sent."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP answer.

    Attributes:
        wait: seconds before the first byte.
        drip: seconds between single bytes of white space before the body; 0: at once.
        cut: send only so many bytes of the body, then close.
        reset: break the connection without any answer.
        chunked: send the body in chunks, without saying how long it is.
    """

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0.0
    drip: float = 0.0
    cut: int | None = None
    reset: bool = False
    chunked: bool = False


def completion(model: str, number: int, content: str | None, **more: Any) -> dict[str, Any]:
    """Return a chat completion; `more`: finish, refusal, usage (False leaves it out)."""
    message: dict[str, Any] = {"role": "assistant", "content": content}
    if more.get("refusal"):
        message["refusal"] = more["refusal"]
    made: dict[str, Any] = {
        "id": f"chatcmpl-{number}",
        "object": "chat.completion",
        "created": 1_790_000_000,
        "model": model,
        "choices": [{"index": 0, "message": message, "finish_reason": more.get("finish", "stop"), "logprobs": None}],
    }
    if more.get("usage", True):
        made["usage"] = {"prompt_tokens": 1500, "completion_tokens": 400, "total_tokens": 1900}
    return made


def ok(document: Any, **how: Any) -> Reply:
    """Return a JSON document with status 200."""
    return Reply(
        body=json.dumps(document, ensure_ascii=False).encode(), headers={"Content-Type": "application/json"}, **how
    )


def refused(status: int, message: str, *, code: str | None = None, param: str | None = None, **headers: str) -> Reply:
    """Return an error as OpenAI words it."""
    document = {"error": {"message": message, "type": code or "invalid_request_error", "code": code, "param": param}}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, json.dumps(document).encode(), {"Content-Type": "application/json", **named})


def html(status: int, text: str) -> Reply:
    """Return a page where an answer was expected, as proxies do."""
    return Reply(status, f"<html><body>{text}</body></html>".encode(), {"Content-Type": "text/html"})
