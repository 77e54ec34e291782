"""A bill as a page to print: one HTML file without scripts or anything from elsewhere."""

import base64
import hashlib
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from hygge_results.bills.schemas import BillDocument
from hygge_results.bills.sheets import sheets
from hygge_results.bills.wording import Language

_TEMPLATES = Path(__file__).parent / "templates"
_STYLE = (_TEMPLATES / "bill.css").read_text()
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_PAGES = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True)

# Names come from strangers: even if one got past the escaping, nothing but our own style may have an effect.
HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def html(document: BillDocument, language: Language) -> str:
    """The document; each period begins a sheet of A4."""
    template = _PAGES.get_template("bill.html")
    # The style is our own file, and must stand in the page as its hash says.
    style = Markup(_STYLE)  # noqa: S704
    return template.render(document=document, sheets=sheets(document, language), language=language, style=style)
