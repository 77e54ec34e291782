"""Opens a page in the user's browser, where there is a user who would see it."""

import os
import sys
import webbrowser


def can_open() -> bool:
    """True in a terminal of a machine with a display."""
    has_display = sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return has_display and sys.stdout.isatty()


def open_page(url: str) -> bool:
    """Ask for the page to be shown; False if there is no browser."""
    try:
        return webbrowser.open(url)
    except (webbrowser.Error, OSError):
        return False
