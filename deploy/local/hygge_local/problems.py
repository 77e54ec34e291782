"""What can go wrong when the runtime starts: one error whose text says what is wrong and what to do about it."""


class CannotStart(Exception):
    """The runtime can't start. The message is for the user: the cause and the way out."""
