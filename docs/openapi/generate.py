"""Write the OpenAPI documents beside this file: one per service, and `hygge.json` as the gateway shows them together.

Also the list of the services' routes, from which the gateway takes the names of what it passes on. Run by `make
openapi`. The documents are committed, so a change of the contract shows as a change of these files.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import hygge_engine.main
import hygge_engine.settings
import hygge_gateway.main
import hygge_gateway.settings
import hygge_profiles.main
import hygge_profiles.settings
import hygge_results.main
import hygge_results.settings
import hygge_topology.main
import hygge_topology.settings
from hygge_gateway.routing.openapi import combine

FOLDER = Path(__file__).parent
ROUTES = FOLDER.parents[1] / "services/gateway/hygge_gateway/routing/routes.txt"
# Only what the settings insist on: nothing is connected to.
COMMON = {"port": 1, "database_url": "postgresql://localhost/none", "jwks_url": "http://localhost/jwks"}
URLS = {f"{name}_url": "http://localhost" for name in ("topology", "profiles", "engine", "results")}
CLIENT = {"token_url": "http://localhost/token", "client_id": "engine", "client_secret": "none"}
REDIS = {"redis_url": "redis://localhost:6379"}


def documents() -> dict[str, dict[str, Any]]:
    """The document of each service by its name, and the combined one as `hygge`."""
    with tempfile.TemporaryDirectory() as keys:
        gateway = hygge_gateway.settings.Settings(**COMMON, **URLS, **REDIS, signing_key_file=Path(keys))
        found = {
            "gateway": hygge_gateway.main.build_app(gateway).api.openapi(),
            "topology": hygge_topology.main.build_app(hygge_topology.settings.Settings(**COMMON)).openapi(),
            "profiles": hygge_profiles.main.build_app(
                hygge_profiles.settings.Settings(**COMMON, topology_url=URLS["topology_url"])
            ).openapi(),
            "engine": hygge_engine.main.build_app(
                hygge_engine.settings.Settings(
                    **COMMON, **REDIS, **CLIENT, **{k: v for k, v in URLS.items() if k != "engine_url"}
                )
            ).openapi(),
            "results": hygge_results.main.build_app(hygge_results.settings.Settings(**COMMON)).openapi(),
        }
    return {**found, "hygge": combine(found)}


def routes(documents: dict[str, dict[str, Any]]) -> str:
    """The paths of the services behind the gateway, one a line."""
    paths = {
        path for name, document in documents.items() if name not in ("gateway", "hygge") for path in document["paths"]
    }
    return "".join(f"{path}\n" for path in sorted(paths))


def main() -> None:
    """Write all documents."""
    found = documents()
    ROUTES.write_text(routes(found), encoding="utf-8")
    for name, document in found.items():
        text = json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
        (FOLDER / f"{name}.json").write_text(text, encoding="utf-8")
        sys.stdout.write(f"docs/openapi/{name}.json: {len(document['paths'])} paths\n")


if __name__ == "__main__":
    main()
