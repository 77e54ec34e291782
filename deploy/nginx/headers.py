"""Write nginx's `add_header` lines from the gateway's own rules: headers.py SECURITY_PY FOLDER.

`page.conf` is for pages, `file.conf` for other files. Over HTTPS there is one more; nginx leaves out what is empty.
"""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

HSTS = "Strict-Transport-Security"
# Set in nginx.conf: HSTS's value over HTTPS, else empty.
HSTS_VARIABLE = "$hygge_hsts"


def load(path: Path) -> ModuleType:
    """The module in a file, without its package."""
    spec = importlib.util.spec_from_file_location("security", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def lines(headers: dict[str, str]) -> str:
    """`add_header` for each. What holds a quote, a variable or a line break can't be written so."""
    for name, value in headers.items():
        if name != HSTS and set(value) & set('"\\$\n'):
            raise ValueError(f"{name} can't be put into nginx's quotes: {value}")
    return "".join(
        f'add_header {name} "{HSTS_VARIABLE if name == HSTS else value}" always;\n' for name, value in headers.items()
    )


def write(security: ModuleType, folder: Path) -> None:
    """Both files, and HSTS's value."""
    folder.mkdir(parents=True, exist_ok=True)
    scope = {"type": "http", "scheme": "https"}
    page, file = security.page_headers(scope), security.file_headers(scope)
    (folder / "page.conf").write_text(lines(page), encoding="utf-8")
    (folder / "file.conf").write_text(lines(file), encoding="utf-8")
    (folder / "hsts.conf").write_text(
        f'map $hygge_scheme {HSTS_VARIABLE} {{\n    https "{page[HSTS]}";\n    default "";\n}}\n', encoding="utf-8"
    )


if __name__ == "__main__":
    write(load(Path(sys.argv[1])), Path(sys.argv[2]))
