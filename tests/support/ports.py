"""Ports for servers that tests and benchmarks start."""

from hygge_local.ports import any_ports


def free_port() -> int:
    """One that the operating system says is free."""
    return any_ports(1)[0]
