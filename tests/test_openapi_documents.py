"""The committed OpenAPI documents are those of the code: a change of the contract can't go by unseen."""

import importlib.util
import json
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "docs" / "openapi"


def test_the_committed_documents_are_those_of_the_code() -> None:
    spec = importlib.util.spec_from_file_location("generate", FOLDER / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    documents = generate.documents()
    if generate.ROUTES.read_text(encoding="utf-8") != generate.routes(documents):
        pytest.fail(f"{generate.ROUTES.name} of the gateway is not up to date: run `make openapi`")
    for name, document in documents.items():
        committed = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
        if committed != json.loads(json.dumps(document)):
            pytest.fail(f"docs/openapi/{name}.json is not up to date: run `make openapi` and look at what changed")
