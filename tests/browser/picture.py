"""`python -m tests.browser.picture`: the picture of the drafting page in the docs, from the real page."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import expect

from coach.http.app import create_app
from coach.rubric.library import Library
from coach.settings import Settings
from tests.browser.stage import chromium, chromium_path, served

PICTURE = Path(__file__).parents[2] / "docs" / "images" / "draft.png"
_LARGEST = 220_000  # bytes
DRAFT = {
    "o0-title": "Faire relire la première paie par l'employeur, afin qu'il ait confiance dès le premier mois",
    "o0-kr0-title": "Corrections après clôture chez les nouveaux clients : de 11 à 4 par 100 fiches",
    "o0-kr1-title": "Organiser 6 soirées d'information pour les employeurs",
}


def main() -> int:
    """Write the picture; returns 1 where there is no Chromium or the picture is too large."""
    path = chromium_path()
    if path is None:
        print("no Chromium here: install Debian's chromium, or name one in CHROMIUM", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as cache:
        app = create_app(Library(cache_dir=Path(cache)), Settings(), demo=True)
        with (
            served(app) as address,
            chromium(path, "--disable-lcd-text", "--disable-font-subpixel-positioning") as browser,
        ):
            page = browser.new_page(
                base_url=address, locale="fr-BE", viewport={"width": 1280, "height": 1080}, reduced_motion="reduce"
            )
            page.goto("/?circle=paie")
            for name, text in DRAFT.items():
                page.fill(f"#{name}", text)
            page.select_option("#o0-parent", "org-o3")
            expect(page.locator("#o0-kr1-about .type")).to_be_visible()
            page.evaluate("document.activeElement.blur()")
            PICTURE.parent.mkdir(parents=True, exist_ok=True)
            page.mouse.move(0, 0)
            below = page.locator(".more-row").bounding_box()
            assert below is not None
            clip = {"x": 0, "y": 0, "width": 1280, "height": below["y"]}
            page.screenshot(path=PICTURE, animations="disabled", full_page=True, clip=clip)  # type: ignore[arg-type]
    size = PICTURE.stat().st_size
    print(f"{PICTURE.relative_to(Path.cwd()) if PICTURE.is_relative_to(Path.cwd()) else PICTURE}: {size:,} bytes")
    return int(size > _LARGEST)


if __name__ == "__main__":
    sys.exit(main())
