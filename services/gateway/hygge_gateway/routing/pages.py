"""Pages for people: the start page, the API's documentation, and the web app when there is one."""

from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.staticfiles import StaticFiles
from starlette.responses import HTMLResponse, JSONResponse

from hygge_core.app import API_PREFIX
from hygge_gateway.routing.collected import CollectedOpenapi
from hygge_gateway.routing.security import page_headers
from hygge_gateway.routing.web import WebApp

DOCS_PATH = f"{API_PREFIX}/docs"
OPENAPI_PATH = f"{API_PREFIX}/openapi.json"
ASSETS_PATH = f"{API_PREFIX}/docs/assets"
LINKS = {"documentation": DOCS_PATH, "openapi": OPENAPI_PATH, "health": "/health/ready"}
_START_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Hygge</title>
<style>body{{font:1.1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem}}</style></head>
<body><h1>Hygge</h1>
<p>Models, simulates and settles a local energy community. This is its HTTP gateway; no web app is installed here.</p>
<ul>{items}</ul></body></html>"""

router = APIRouter(include_in_schema=False)


def add_pages(app: FastAPI, web_directory: Path | None) -> None:
    """Replace FastAPI's documentation (which loads scripts from elsewhere) by ours; the start page or the web app."""
    theirs = {"/docs", "/docs/oauth2-redirect", "/redoc"}
    app.router.routes = [route for route in app.router.routes if getattr(route, "path", None) not in theirs]
    assets = Path(str(files("fastapi_offline"))) / "static"
    app.mount(ASSETS_PATH, StaticFiles(directory=assets), name="documentation assets")
    app.include_router(router, prefix=API_PREFIX)
    if web_directory is not None:
        app.mount("/", WebApp(web_directory), name="web app")
    else:
        app.add_api_route("/", start_page, include_in_schema=False)


@router.get("/docs")
def documentation(request: Request) -> HTMLResponse:
    page = get_swagger_ui_html(
        openapi_url=OPENAPI_PATH,
        title="Hygge API",
        swagger_js_url=f"{ASSETS_PATH}/swagger-ui-bundle.js",
        swagger_css_url=f"{ASSETS_PATH}/swagger-ui.css",
        swagger_favicon_url=f"{ASSETS_PATH}/favicon.png",
    )
    page.headers.update(page_headers(request.scope, bytes(page.body).decode()))
    return page


@router.get("/openapi.json")
async def openapi(request: Request) -> Response:
    collected: CollectedOpenapi = request.app.state.openapi_document
    return Response(await collected.document(), media_type="application/json")


def start_page(request: Request) -> Response:
    """What is here, as HTML for a browser and as JSON for others."""
    if "text/html" in request.headers.get("accept", ""):
        items = "".join(f'<li><a href="{path}">{name}</a></li>' for name, path in LINKS.items())
        return HTMLResponse(_START_PAGE.format(items=items), headers=page_headers(request.scope))
    return JSONResponse({"name": "Hygge", **LINKS})
