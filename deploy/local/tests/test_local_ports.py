"""Ports: the user's choice is checked, the others are found."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from hygge_local import ports
from hygge_local.problems import CannotStart


@pytest.fixture
def used_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind((ports.HOST, 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_port_in_use_is_named_with_the_way_out(used_port: int) -> None:
    assert not ports.is_free(used_port)
    with pytest.raises(CannotStart, match=rf"Port {used_port} .*in use.*make demo PORT=9090"):
        ports.gateway_port(used_port)


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_port_that_does_not_exist(port: int) -> None:
    with pytest.raises(CannotStart, match="does not exist"):
        ports.gateway_port(port)


def test_zero_is_any_free_port() -> None:
    assert ports.is_free(ports.gateway_port(0))


def test_any_ports_differ() -> None:
    found = ports.any_ports(20)
    assert len(set(found)) == 20


@pytest.mark.parametrize(("said", "below"), [("20000\t60999\n", 20000), ("1024\t65535\n", 65536), (None, 49152)])
def test_any_port_is_none_that_a_connection_could_be_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str | None, below: int
) -> None:
    outgoing = tmp_path / "ip_local_port_range"
    if said is not None:
        outgoing.write_text(said)
    monkeypatch.setattr(ports, "OUTGOING", outgoing)
    assert all(10000 <= port < below for port in ports.any_ports(200))


def test_no_free_port_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "is_free", lambda port: False)
    with pytest.raises(CannotStart, match="Fewer than 3 free ports"):
        ports.any_ports(3)


def test_a_range_skips_ports_in_use(used_port: int) -> None:
    found = ports.ports_from(used_port, 3)
    assert used_port not in found
    assert found == sorted(found)
    assert found[0] > used_port


def test_a_full_range_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "is_free", lambda port: False)
    with pytest.raises(CannotStart, match="SERVICE_PORTS=20000"):
        ports.ports_from(30000, 5)
