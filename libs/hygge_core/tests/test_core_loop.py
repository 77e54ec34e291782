"""Many who connect at once are let in at once, with and without TLS."""

import asyncio
import socket
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import cast

import pytest
import uvloop

from hygge_core.loop import AT_ONCE, Loop
from libs.hygge_core.tests.test_core_serve import certificate

CLIENTS = 200


class Greeting(asyncio.Protocol):
    """Says hello to whoever comes."""

    let_in = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        type(self).let_in += 1
        cast(asyncio.WriteTransport, transport).write(b"hello")


def rounds_until_all_are_in(loop_factory: type[uvloop.Loop]) -> int:
    """How often a busy loop goes round until everybody is in."""
    Greeting.let_in = 0

    async def serve() -> int:
        server = await asyncio.get_running_loop().create_server(Greeting, "127.0.0.1", 0, backlog=CLIENTS)
        address = server.sockets[0].getsockname()
        clients = [socket.create_connection(address) for _ in range(CLIENTS)]
        rounds = 0
        while Greeting.let_in < CLIENTS and rounds < 2 * CLIENTS:
            rounds += 1
            time.sleep(0.001)
            await asyncio.sleep(0)
        for client in clients:
            client.close()
        server.close()
        return rounds

    with asyncio.Runner(loop_factory=loop_factory) as runner:
        return runner.run(serve())


def test_a_busy_loop_lets_all_in_within_a_few_rounds() -> None:
    assert CLIENTS < AT_ONCE
    assert rounds_until_all_are_in(Loop) < 20
    assert rounds_until_all_are_in(uvloop.Loop) > CLIENTS / 2, "uvloop does it by itself now: this loop can go"


def test_everybody_gets_an_answer_over_tls_too(tmp_path: Path) -> None:
    shown, secret = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(shown, secret)
    trusting = ssl.create_default_context(cafile=str(shown))

    def ask(address: tuple[str, int]) -> bytes:
        with (
            socket.create_connection(address, 10) as raw,
            trusting.wrap_socket(raw, server_hostname="localhost") as own,
        ):
            return own.recv(5)

    async def serve() -> list[bytes]:
        server = await asyncio.get_running_loop().create_server(Greeting, "127.0.0.1", 0, ssl=context)
        address = server.sockets[0].getsockname()
        # One who never begins the handshake, one who is gone: neither is in the way.
        idle, gone = (socket.create_connection(address) for _ in range(2))
        gone.close()
        with ThreadPoolExecutor(40) as pool:
            waiting = [asyncio.wrap_future(pool.submit(ask, address)) for _ in range(40)]
            answers = list(await asyncio.gather(*waiting))
        idle.close()
        server.close()
        return answers

    with asyncio.Runner(loop_factory=Loop) as runner:
        assert runner.run(serve()) == [b"hello"] * 40


def test_after_its_end_nobody_is_let_in() -> None:
    async def serve() -> tuple[str, int]:
        server = await asyncio.get_running_loop().create_server(Greeting, "127.0.0.1", 0)
        address: tuple[str, int] = server.sockets[0].getsockname()
        with socket.create_connection(address):
            await asyncio.sleep(0.05)
        server.close()
        await asyncio.sleep(0.05)
        return address

    with asyncio.Runner(loop_factory=Loop) as runner:
        address = runner.run(serve())
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(address, 1)
