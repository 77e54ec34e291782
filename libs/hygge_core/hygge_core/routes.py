"""Routes whose work is done in a thread, once: from the call of the function to its answer.

FastAPI goes to a thread for a plain function and to another one to check what it returned; each way there and back
costs as much as a query. Here the checking and writing of an answer stays with the event loop.
"""

import inspect
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any

from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool


class Route(APIRoute):
    """For `APIRouter(route_class=Route)`: a plain function runs in a thread, a coroutine in the event loop."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint if inspect.iscoroutinefunction(endpoint) else _in_thread(endpoint), **options)


def _in_thread(endpoint: Callable[..., Any]) -> Callable[..., Coroutine[Any, Any, Any]]:
    @wraps(endpoint)
    async def run(**arguments: Any) -> Any:
        return await run_in_threadpool(endpoint, **arguments)

    return run
