"""The way to a service: an answer that is kept, else a slot at the service, else the queue, else a refusal."""

from starlette.types import Message, Receive, Scope, Send

from hygge_core.auth import Principal
from hygge_gateway.routing.cache import AnswerCache, changed_groups
from hygge_gateway.routing.lanes import Lanes
from hygge_gateway.routing.proxy import Proxy
from hygge_gateway.settings import MEGABYTE, Settings


class Onward:
    """Passes requests on with no more work for the services than is needed, and not more than they can do."""

    def __init__(self, settings: Settings, proxy: Proxy) -> None:
        self._proxy = proxy
        self._lanes = Lanes(
            slots=settings.upstream_slots, queue=settings.upstream_queue, wait_seconds=settings.upstream_queue_seconds
        )
        self._cache = AnswerCache(max_bytes=settings.cache_mb * MEGABYTE, seconds=settings.cache_seconds)

    async def pass_on(
        self, service: str, caller: Principal, scope: Scope, receive: Receive, send: Send,
        *, request_id: str, trace: dict[str, str],
    ) -> None:  # fmt: skip
        """Answer with what the service answers now, or answered when that can't have changed. Raises as the proxy."""

        async def fetch(asked: Scope, answer: Send) -> None:
            slot = await self._lanes.enter(service, scope["method"], caller.username)

            async def begun(message: Message) -> None:
                # The service's work is done, or (streams) goes on for as long as the client likes.
                slot.release()
                await answer(message)

            try:
                await self._proxy.forward(service, asked, receive, begun, request_id=request_id, trace=trace)
            finally:
                slot.release()

        groups = changed_groups(scope["method"], scope["path"])
        if not groups:
            await self._cache.answer(caller, scope, send, fetch)
            return

        async def changed(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] < 300:
                for group in groups:
                    self._cache.drop(group)
            await send(message)

        await fetch(scope, changed)
