"""Small facts about a request."""

_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))


def method_label(method: str) -> str:
    """The method as a metric label: invented ones must not make new series."""
    return method if method in _METHODS else "_OTHER"
