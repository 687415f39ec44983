# The whole house in a few words; `make` alone lists them.
# Needs python3 (3.11 or newer, with venv), make and git. Everything else lands in .venv and .acg.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
# Nothing is fetched that is not locked, build tools included.
INSTALL := $(PIP) install --quiet --retries 2 \
  --no-compile --require-hashes --no-build-isolation --use-pep517
COMPILE := @$(BIN)/uv pip compile --universal --generate-hashes --python-version 3.11 \
  --no-emit-index-url --no-annotate --custom-compile-command "make lock" --quiet --no-progress
# Three at a time, though there may be two processors: most tests wait for a server.
# tests/sharing.py says which stay together.
PARALLEL ?= -n 3 --dist loadfile --no-loadscope-reorder
# Finds a Docker Engine as docker does, or starts one where it may, and stops what it started.
ENGINE := $(BIN)/python -m scripts.engine run --

# Caches stay in the project's folder, unless you said where yours are.
export PIP_CACHE_DIR ?= $(CURDIR)/.cache/pip
export npm_config_cache ?= $(CURDIR)/.cache/npm

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-stack check bench eval eval-cli eval-engine eval-scenarios eval-secrets fuzz generate lock clean
.DELETE_ON_ERROR:

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

setup: $(VENV)/.ready ## Make the environment in .venv, every package locked by hash
	@echo "Ready: $(BIN)/acg"

demo: $(VENV)/.ready ## See it work: three containers, six requests in words, the history
	@$(ENGINE) $(BIN)/python -m scripts.demo

test: $(VENV)/.ready node ## Run every test, on a real Docker Engine
	@$(ENGINE) $(BIN)/python -m pytest -p tests.require -m "not stack" $(PARALLEL) $(PYTEST)

test-stack: $(VENV)/.ready ## Bring the stack of compose.yaml up, kill, scale and upgrade it (minutes)
	@$(ENGINE) $(BIN)/python -m pytest -p tests.require -m stack tests/stack $(PYTEST)

check: $(VENV)/.ready ## Lint, formatting, types, import rules and the fast tests, in under a minute
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest -m "not docker and not slow" $(PARALLEL) $(PYTEST)

bench: $(VENV)/.ready ## Measure against the floor and against FastStream
	@$(BIN)/python -m tests.bench $(BENCH)

eval: $(VENV)/.ready ## Measure the builtin generator on the public suite of requests in words: EVAL=OPTIONS
	@$(BIN)/acg eval tests/evals/nl.jsonl --worlds tests/evals/worlds.json $(EVAL)

eval-cli: $(VENV)/.ready ## Measure the docker language on a folder of items: EVALS=FOLDER
	@$(BIN)/python -m scripts.eval_cli "$(EVALS)" $(SPLIT)

eval-engine: $(VENV)/.ready ## Play the project's own scenarios on a real Docker Engine: EVAL=OPTIONS
	@$(ENGINE) $(BIN)/python -m scripts.eval_engine $(EVAL)

eval-scenarios: $(VENV)/.ready ## Let a gateway of its own play a folder's agent scenarios on a real Docker Engine: EVALS=FOLDER
	@$(ENGINE) $(BIN)/python -m scripts.eval_scenarios "$(EVALS)"

eval-secrets: $(VENV)/.ready ## Measure what the detectors of secrets see, and take by mistake
	@$(BIN)/python -m tests.secrets

fuzz: $(VENV)/.ready ## Throw a million lines at the parser: N=1000000 SEED=1 CORPUS=FILE
	@$(BIN)/python -m tests.fuzz --count $(or $(N),1000000) --seed $(or $(SEED),1) $(CORPUS)

generate: $(VENV)/.ready ## Write schemas, AsyncAPI and the flow's picture from the code
	@$(BIN)/python -m runtime.generate

lock: $(VENV)/.ready ## Choose the newest versions again and lock them by hash
	@$(PIP) install --quiet --require-hashes -r requirements/lock.txt
	$(COMPILE) --upgrade --all-extras pyproject.toml -o requirements/run.txt
	$(COMPILE) --upgrade --group bootstrap -c requirements/run.txt -o requirements/bootstrap.txt
	$(COMPILE) --upgrade --all-extras --group dev --group bench pyproject.toml \
	  -c requirements/run.txt -c requirements/bootstrap.txt -o requirements/dev.txt
	$(COMPILE) --upgrade --group lock -o requirements/lock.txt

clean: ## Remove what these targets made: the environment, caches, demo state
	rm -rf $(VENV) .acg .cache build dist tests/node/node_modules
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "$(PYTHON) is too old: Python 3.11 or newer is needed (make PYTHON=...)." >&2; exit 1; }
	@echo "Making the environment in $(VENV)."
	@$(PYTHON) -m venv $(VENV) \
	  || { echo "No environment without venv: apt-get install python3-venv" >&2; exit 1; }
	@touch $@

$(VENV)/.locked: requirements/bootstrap.txt requirements/dev.txt $(VENV)/.python
	@echo "Installing the packages that requirements/dev.txt locks."
	@$(INSTALL) -r requirements/bootstrap.txt && $(INSTALL) -r requirements/dev.txt || { \
	  echo "The packages could not be installed. Is the network there? A proxy or a mirror is set as" >&2; \
	  echo "for every pip (HTTPS_PROXY, PIP_INDEX_URL, pip.conf). What arrived is kept: run make again." >&2; \
	  exit 1; }
	@touch $@

$(VENV)/.ready: pyproject.toml $(VENV)/.locked
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

# One test speaks from Node; without npm, or its network, that test is skipped and says so.
.PHONY: node
node:
	@if command -v npm >/dev/null; then \
	  $(MAKE) --no-print-directory tests/node/node_modules/.ready \
	    || echo "npm could not fetch tests/node: the test that needs it is skipped." >&2; fi

tests/node/node_modules/.ready: tests/node/package.json tests/node/package-lock.json
	@cd tests/node && npm ci --silent --ignore-scripts --no-audit --no-fund
	@touch $@
