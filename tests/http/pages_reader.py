"""Reading a page in a test: its elements by tag, id and attribute, and their text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"meta", "link", "input", "img", "br", "hr", "line", "rect", "path"}


@dataclass
class Element:
    tag: str
    attrs: dict[str, str]
    children: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    @property
    def words(self) -> str:
        return " ".join(self.text.split())

    def all(self, tag: str = "", /, **attrs: str) -> Iterator[Element]:
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attrs.items()}
        for child in self.children:
            if isinstance(child, Element):
                if (not tag or child.tag == tag) and all(child.attrs.get(n) == v for n, v in wanted.items()):
                    yield child
                yield from child.all(tag, **attrs)

    def one(self, tag: str = "", /, **attrs: str) -> Element:
        found = list(self.all(tag, **attrs))
        assert len(found) == 1, f"{tag} {attrs}: {len(found)} found"
        return found[0]

    def form(self) -> dict[str, str]:
        """What a browser would send if the form were submitted as it stands."""
        sent: dict[str, str] = {}
        for area in self.all("textarea"):
            # The first line feed behind the tag is no part of the value.
            sent[area.attrs["name"]] = area.text.removeprefix("\n")
        for field_ in self.all("input"):
            if field_.attrs.get("type") != "checkbox" or "checked" in field_.attrs:
                sent[field_.attrs["name"]] = field_.attrs.get("value", "")
        for select in self.all("select"):
            options = list(select.all("option"))
            chosen = next((o for o in options if "selected" in o.attrs), options[0])
            sent[select.attrs["name"]] = chosen.attrs["value"]
        return sent


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open[-1].tag == tag, f"</{tag}> closes <{self._open[-1].tag}>"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def read(html: str) -> Element:
    """Return the document; a page whose tags do not close in order fails."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert len(reader._open) == 1, f"<{reader._open[-1].tag}> stays open"
    return reader.root
