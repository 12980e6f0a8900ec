"""Where the rubrics, prompts and pages are: beside the package in a checkout, inside it in an installed wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parent
# An editable install leaves a stale copy of the data in site-packages; the checkout's own folders win.
_ROOT = _CHECKOUT if (_CHECKOUT / "rubrics" / "rules").is_dir() else _PACKAGE / "_data"

RUBRICS = _ROOT / "rubrics"
PROMPTS = _ROOT / "prompts"
WEB = _ROOT / "web"
EXAMPLES = RUBRICS / "examples"
