"""A file becomes profiles: read → map → check → regularise → store, each a small pure module."""
