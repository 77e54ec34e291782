"""Loopback ports: the gateway's is the user's choice, those of the other services are found."""

import socket

from hygge_local.problems import CannotStart

HOST = "127.0.0.1"
SEARCH = 200


def is_free(port: int) -> bool:
    """True if this machine lets us listen on the port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As servers do: a port that only waits out its last connection counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
            probe.listen(1)
        except OSError:
            return False
        return True


def gateway_port(wanted: int) -> int:
    """The port for the gateway; 0 means any. Raises CannotStart when it is in use."""
    if wanted == 0:
        return any_ports(1)[0]
    if not 0 < wanted < 65536:
        raise CannotStart(
            f"Port {wanted} does not exist; choose one from 1 to 65535, for example `make demo PORT=9090`."
        )
    if not is_free(wanted):
        raise CannotStart(
            f"Port {wanted} on {HOST} is in use by another program. "
            "Choose another port, for example `make demo PORT=9090`, or stop that program."
        )
    return wanted


def any_ports(count: int) -> list[int]:
    """Different ports that the operating system says are free."""
    probes = [socket.socket(socket.AF_INET, socket.SOCK_STREAM) for _ in range(count)]
    try:
        for probe in probes:
            probe.bind((HOST, 0))
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def ports_from(first: int, count: int) -> list[int]:
    """The first `count` free ports at or above `first`. Raises CannotStart if there are too few."""
    found = [port for port in range(first, min(first + SEARCH, 65536)) if is_free(port)][:count]
    if len(found) < count:
        raise CannotStart(
            f"Fewer than {count} free ports from {first} to {first + SEARCH - 1} on {HOST}. "
            "Choose another range, for example `make demo SERVICE_PORTS=20000`."
        )
    return found
