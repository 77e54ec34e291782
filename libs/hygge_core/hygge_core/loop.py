"""The event loop of the services: uvloop, but all who knock are let in.

uvloop lets in one new connection each time it goes round. A busy service goes round ten times a second, so whoever had
to connect anew, as browsers do after a pause, waited behind everybody else who did: seconds in which their request was
sent and nobody read it.
"""

import asyncio
import os
import socket
from collections.abc import Callable
from typing import Any

import uvloop

# So many more at most each time, so that processes which share a socket share what comes.
AT_ONCE = 256


class Loop(uvloop.Loop):
    """For uvicorn's `loop`."""

    async def create_server(  # type: ignore[override]
        self, protocol_factory: Callable[[], asyncio.Protocol], *arguments: Any, ssl: Any = None, **options: Any
    ) -> asyncio.AbstractServer:
        """As asyncio's."""
        listeners: list[int] = []

        tasks: set[asyncio.Task[Any]] = set()

        def let_in() -> asyncio.Protocol:
            """Called for a connection that uvloop has accepted: look for more."""
            for listener in listeners:
                for connection in _accepted(listener):
                    task = self.create_task(self.connect_accepted_socket(protocol_factory, connection, ssl=ssl))
                    tasks.add(task)
                    task.add_done_callback(_ended)
            return protocol_factory()

        def _ended(task: asyncio.Task[Any]) -> None:
            tasks.discard(task)
            # A client that is gone before its handshake ends is no fault of ours.
            task.cancelled() or task.exception()

        server = await super().create_server(let_in, *arguments, ssl=ssl, **options)
        listeners += [sock.fileno() for sock in server.sockets]  # type: ignore[attr-defined]
        return server


def _accepted(listener: int) -> list[socket.socket]:
    """Connections that wait at a listening socket that does not block."""
    found: list[socket.socket] = []
    with socket.socket(fileno=os.dup(listener)) as knocked_at:
        while len(found) < AT_ONCE:
            try:
                connection, _ = knocked_at.accept()
            except OSError:  # nobody is there, or there is no room for more
                break
            connection.setblocking(False)
            found.append(connection)
    return found
