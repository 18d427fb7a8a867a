# Needs only python3 (3.11 or newer) and make.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
PLUGINS = plugins/packaging_design plugins/digital_marketing plugins/photography
ARGS ?=
# compiled once is compiled for all: tests start many processes, and some machines forbid the files
export PYTHONDONTWRITEBYTECODE =
# two processes that calculate with a thread for each core wait for each other most of the time
export OMP_NUM_THREADS = 1
export OPENBLAS_NUM_THREADS = 1

.PHONY: help install dev demo serve test test-sqlite test-postgres test-browser lint benchmarks lock docs clean

help: ## Show what can be made
	@grep -E '^[a-z-]+:.*##' Makefile | sed 's/:.*## /\t/' | sort

$(VENV)/.installed: pyproject.toml requirements/base.txt $(wildcard plugins/*/pyproject.toml)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/base.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . $(addprefix -e ,$(PLUGINS))
	@touch $@

$(VENV)/.dev: $(VENV)/.installed requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

install: $(VENV)/.installed ## Install Sanggar and its three tracks into .venv

dev: $(VENV)/.dev ## Install what the tests and checks need besides

demo: $(VENV)/.installed ## Build and serve a believable programme (ARGS="--size small --port 8000 --no-serve")
	$(BIN)/sanggar demo $(ARGS)

serve: $(VENV)/.installed ## Serve the site with your own settings
	$(BIN)/sanggar serve $(ARGS)

test: lint test-sqlite test-postgres test-browser ## Everything: lint, types, the suite on SQLite and PostgreSQL, the browser

lint: $(VENV)/.dev ## Style, format, floors and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy platform/sanggar

test-sqlite: $(VENV)/.dev ## Run the suite on SQLite
	$(BIN)/pytest -n 2 --dist worksteal -m "not browser" $(ARGS)

test-postgres: $(VENV)/.dev ## Run the same suite on PostgreSQL
	TEST_DATABASE=postgresql $(BIN)/pytest -n 2 --dist worksteal -m "not browser and not once" $(ARGS)

test-browser: $(VENV)/.dev ## Walk the journeys in a real browser (pictures: screenshots/)
	rm -rf screenshots
	$(BIN)/pytest -n 2 --dist loadfile -m browser $(ARGS)

benchmarks: $(VENV)/.dev ## Print every measured table
	$(BIN)/python -m benchmarks $(ARGS)

lock: ## Renew the lock files (needs uv)
	uv pip compile pyproject.toml $(PLUGINS:=/pyproject.toml) --extra build --override requirements/own.txt --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header -o requirements/base.txt
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header -c requirements/base.txt -o requirements/dev.txt

clean: ## Remove what was made
	rm -rf $(VENV) build dist demo-data instance screenshots
