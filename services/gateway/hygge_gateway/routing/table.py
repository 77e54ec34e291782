"""Which service answers a path."""

from hygge_core.app import API_PREFIX

_SERVICES = {
    "grids": "topology",
    "transformers": "topology",
    "houses": "topology",
    "devices": "topology",
    "priority-lists": "topology",
    "flags": "topology",
    "profiles": "profiles",
    "assignments": "profiles",
    "bundles": "profiles",
    "runs": "engine",
    "markets": "engine",
    "sweeps": "engine",
    "presets": "engine",
    "results": "results",
}
_START = len(API_PREFIX) + 1


def service_of(path: str) -> str | None:
    """The service behind a decoded path, or None for the gateway's own and unknown ones."""
    if not path.startswith(API_PREFIX + "/"):
        return None
    parts = path[_START:].split("/", 3)
    # What comes out of a dot segment depends on who resolves it; nobody honest sends one.
    if ".." in path and any(part in (".", "..") for part in path.split("/")):
        return None
    if parts[0] == "grids" and len(parts) > 2 and parts[2] == "assignments":
        return "profiles"
    return _SERVICES.get(parts[0])
