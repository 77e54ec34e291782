"""Loopback ports: the gateway's is the user's choice, those of the other services are found."""

import random
import socket
from itertools import islice
from pathlib import Path

from hygge_local.problems import CannotStart

HOST = "127.0.0.1"
SEARCH = 200
# Below are the ports of well-known services.
LOWEST = 10000
# Where Linux says which ports it gives to outgoing connections, and what other systems take (RFC 6335, 6).
OUTGOING = Path("/proc/sys/net/ipv4/ip_local_port_range")
FIRST_DYNAMIC = 49152


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
    """Different free ports, none that a connection to somewhere else could be given.

    They are used later than they are chosen, and again when a service starts anew: until then a connection's own end,
    for which the operating system takes any port of its range, must not sit there.
    """
    known = _ports_of_no_connection()
    found = list(islice(filter(is_free, random.sample(known, len(known))), count))
    if len(found) < count:
        raise CannotStart(f"Fewer than {count} free ports from {known[0]} to {known[-1]} on {HOST}.")
    return found


def _ports_of_no_connection() -> range:
    try:
        first = int(OUTGOING.read_text().split()[0])
    except (OSError, ValueError):
        first = FIRST_DYNAMIC
    return range(LOWEST, first) if first > LOWEST + SEARCH else range(LOWEST, 65536)


def ports_from(first: int, count: int) -> list[int]:
    """The first `count` free ports at or above `first`. Raises CannotStart if there are too few."""
    found = [port for port in range(first, min(first + SEARCH, 65536)) if is_free(port)][:count]
    if len(found) < count:
        raise CannotStart(
            f"Fewer than {count} free ports from {first} to {first + SEARCH - 1} on {HOST}. "
            "Choose another range, for example `make demo SERVICE_PORTS=20000`."
        )
    return found
