# The commands of this project, the same on a laptop and in CI. Needs Python >= 3.11 with venv and pip, git and make.
#
#   PORT=8080            where the demo listens            SERVICE_PORTS=20000  where the services' own ports start
#   STATE=.hygge         the folder for all that is kept   ARGS='--exit'        further options of the demo, or of pytest
#   PYTHON=python3.13    the Python that makes .venv
#
# The web app is built with the machine's Node.js and npm; where there are none, .venv has its own.

.DEFAULT_GOAL := help
.PHONY: help demo up stop backup restore web web-dev test e2e contract lint types bench bench-load bench-soak openapi lock format images scan scan-images push deploy smoke secrets example clean setup

PORT ?= 8080
SERVICE_PORTS ?= 0
STATE ?= .hygge
ARGS ?=
EXAMPLES ?= 5
VERSION ?= 0.1.0
REGISTRY ?= hygge
OWN_IMAGES := gateway topology profiles engine results web
IMAGES = HYGGE_REGISTRY=$(REGISTRY) HYGGE_VERSION=$(VERSION)
BIN := .venv/bin
PROJECTS := $(wildcard pyproject.toml libs/*/pyproject.toml services/*/pyproject.toml deploy/local/pyproject.toml)
PACKAGES := $(filter-out %.egg-info,$(wildcard libs/*/hygge_* services/*/hygge_* deploy/local/hygge_*))
BENCHES := kernel devices markets powerflow upload reads run gateway peers web
LOCAL := exec $(BIN)/python -m hygge_local
WEB := $(BIN)/python -m hygge_local.web
OPTIONS = --port $(PORT) --service-ports $(SERVICE_PORTS) --state $(STATE)

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: .venv/.ready ## Start everything, run an example community's year, show its indicators, stay up (ARGS=--exit: end)
	@$(LOCAL) demo $(OPTIONS) $(ARGS)

up: .venv/.ready ## Start everything and stay up
	@$(LOCAL) up $(OPTIONS) $(ARGS)

stop: .venv/.ready ## Stop what demo or up started
	@$(LOCAL) stop --state $(STATE)

backup: .venv/.ready ## Back up the database of what runs, and from then on its log (ARGS='--keep 3')
	@$(LOCAL) backup --state $(STATE) $(ARGS)

restore: .venv/.ready ## Bring the database back, to the last commit or TO=2026-11-21T09:30:00Z; what was there is kept
	@$(LOCAL) restore --state $(STATE) $(if $(TO),--to $(TO)) $(ARGS)

web: .venv/.ready ## Build the web app into web/dist (demo and up do it too, when it has changed)
	@$(WEB) build

web-dev: .venv/.ready ## Serve the web app from its sources, changes at once; the API comes from a running PORT
	@HYGGE_URL=http://127.0.0.1:$(PORT) exec $(WEB) run dev

test: .venv/.ready ## Run every test that needs no browser; what this machine can't run is skipped by name
	$(WEB) run test
	$(BIN)/pytest -rs $(ARGS)

e2e: .venv/.ready ## Go through the web app in a real browser, on a suite of its own (ARGS: options of playwright)
	@exec $(WEB) run e2e $(ARGS)

contract: .venv/.ready ## Walk the whole API: tenants, roles, broken requests, Schemathesis (EXAMPLES=50: a longer one)
	HYGGE_CONTRACT_EXAMPLES=$(EXAMPLES) $(BIN)/pytest tests/contract $(ARGS)

lint: .venv/.ready ## Check format, style and the direction of imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(WEB) run lint

types: .venv/.ready ## Check the types
	$(WEB) run types
	$(BIN)/mypy $(PACKAGES) bench

bench-load: .venv/.ready ## The suite under load beside its limits: 1,000 reads/s of 100 users, an overload (ARGS=--help)
	@$(BIN)/python -m bench.load $(ARGS)

bench-soak: .venv/.ready ## Ten minutes of runs while workers are killed every 20 s (ARGS='--minutes 2')
	@$(BIN)/python -m bench.soak $(ARGS)

bench: .venv/.ready ## Run the benchmarks in order
	@set -e; for bench in $(BENCHES); do echo "== $$bench"; $(BIN)/python -m bench.$$bench $(ARGS); done

format: .venv/.ready ## Format the code and fix what can be fixed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

openapi: .venv/.ready ## Write docs/openapi anew from the code
	$(BIN)/python docs/openapi/generate.py

lock: .venv/.ready ## Compile requirements.lock anew from all pyproject.toml (UPGRADE=--upgrade: newest versions)
	$(BIN)/python deploy/local/lock.py > .venv/requirements.in
	$(BIN)/uv pip compile .venv/requirements.in --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-annotate --custom-compile-command 'make lock' --quiet $(UPGRADE) --output-file requirements.lock

secrets: ## Make the passwords of a Compose installation in deploy/secrets: random, never written over
	@python3 deploy/docker/make_secrets.py

images: ## Build the images that docker-compose.yml names (VERSION=0.1.0; REGISTRY=…; ARGS: of docker compose build)
	$(IMAGES) HYGGE_REVISION=$$(git rev-parse HEAD) docker compose build $(ARGS)

scan: .venv/.ready ## Look for known faults in all packages that are locked (asks advisory services)
	@$(BIN)/python deploy/local/scan.py

scan-images: ## Look for known faults in these images (needs trivy)
	@for image in $(OWN_IMAGES); do trivy image --exit-code 1 --ignore-unfixed --severity HIGH,CRITICAL \
		$(REGISTRY)/$$image:$(VERSION) || exit 1; done

push: ## Push these images to their registry
	$(IMAGES) docker compose push $(OWN_IMAGES)

deploy: ## Bring an environment's cluster to a version (OVERLAY=dev|test|int|prod VERSION=… REGISTRY=…)
	@./deploy/release/deploy.sh "$(OVERLAY)" "$(VERSION)" "$(REGISTRY)"

smoke: ## Look at an installation from outside (URL=https://…)
	@./deploy/release/smoke.sh "$(URL)"

example: .venv/.ready ## Run an example's year on a Hygge that runs already (ARGS='--url http://127.0.0.1:8080')
	@exec $(BIN)/python -m hygge_local.example $(ARGS)

clean: ## Remove the virtual environment, the web app's build and packages, and caches (not .hygge, your data)
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	rm -rf web/dist web/build web/node_modules
	find libs services deploy tests examples bench -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

setup: .venv/.ready ## Make the virtual environment and nothing else

.venv/.ready: requirements.lock $(PROJECTS) deploy/local/bootstrap.sh
	@./deploy/local/bootstrap.sh
