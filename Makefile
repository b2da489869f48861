# epollref: `make serve` shows the site, `make test` runs every test.
# Both take a fresh clone to the result; `make help` lists the rest.

PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000
JOBS ?= 2
export NO_MKDOCS_2_WARNING := 1

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' Makefile | \
	    sed -E 's/^([a-z-]+):.*## (.*)/  \1\t\2/' | expand -t 14

.PHONY: serve
serve: .venv/ready ## Run the samples here, build the site, serve it
	@$(BIN)/python -m tests.site.serve --port $(PORT) \
	    $(if $(filter no,$(SAMPLES)),--no-samples)

.PHONY: test
test: .venv/ready ## Run every test and every sample
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal --timeout 120 \
	    --ledger build/ledger.json -m "not browser" \
	    --doctest-modules --doctest-glob='*.md' tests docs epollref README.md

.PHONY: long
long: .venv/ready ## Compare ten million calls; write docs/data/verify.json
	$(BIN)/epollref model verify --steps 10000000 --jobs $(JOBS) \
	    --save docs/data/verify.json
	EPOLLREF_LONG=1 $(BIN)/python -m pytest -n $(JOBS) --dist worksteal \
	    --timeout 3600 tests/model tests/trace

.PHONY: fresh
fresh: .venv/ready ## Is the last long run one of this model?
	@$(BIN)/python -m tests.model.sources_fresh

.PHONY: check
check: format lint types imports fresh test site browser survivors ## All of CI

.PHONY: format
format: .venv/ready ## Is everything formatted?
	$(BIN)/ruff format --check epollref tests snippets conftest.py

.PHONY: lint
lint: .venv/ready ## Lint
	$(BIN)/ruff check epollref tests snippets conftest.py

.PHONY: types
types: .venv/ready ## Check types, strictly
	$(BIN)/mypy

.PHONY: imports
imports: .venv/ready ## Is the reading order the import order?
	$(BIN)/lint-imports

.PHONY: site
site: test ## Build the site and prove its samples
	$(BIN)/python -m mkdocs build --strict
	$(BIN)/python -m tests.site.check build/site build/ledger.json

.PHONY: browser
browser: site ## Use the built site in headless Chromium
	$(BIN)/python -m pytest -q -m browser --timeout 120 tests/browser

.PHONY: mutate
mutate: .venv/ready ## Break one thing at a time; which gate stops it?
	$(BIN)/python -m tests.mutate

.PHONY: mutants
mutants: .venv/ready ## Plant wrong beliefs in the model; are they found?
	$(BIN)/python -m tests.model.mutants --jobs $(JOBS)

.PHONY: kernels
kernels: .venv/ready ## Boot other kernels; does the model agree there?
	$(BIN)/python -m tests.kernels

.PHONY: survivors
survivors: site ## A few of the mutants, after a green run
	$(BIN)/python -m tests.mutate --ledger build/ledger.json --count 10

.PHONY: zensical
zensical: test ## Build the site with Zensical, and prove its samples
	$(PYTHON) -m venv build/zensical
	build/zensical/bin/python -m pip install --quiet \
	    --disable-pip-version-check --require-hashes \
	    -r requirements.txt -r requirements-zensical.txt
	rm -rf build/site
	build/zensical/bin/python -m zensical build --strict --clean
	$(BIN)/python -m tests.site.check build/site build/ledger.json

.PHONY: scale
scale: .venv/ready ## 15,000 connections at once; memory for each
	$(BIN)/python -m tests.scale --connections 15000

.PHONY: fix
fix: .venv/ready ## Format and mend what ruff can
	$(BIN)/ruff format epollref tests snippets conftest.py
	$(BIN)/ruff check --fix epollref tests snippets conftest.py

.PHONY: lock
lock: .venv/ready ## Pin the requirements anew (needs uv)
	uv pip compile --quiet --universal --python-version 3.11.2 \
	    --generate-hashes --no-emit-index-url --no-header --upgrade \
	    --group dev pyproject.toml -o requirements.txt

.PHONY: clean
clean: ## Remove what was built
	rm -rf build .venv .mypy_cache .ruff_cache .pytest_cache

.venv/ready: requirements.txt pyproject.toml .ci/tools
	.ci/tools
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "epollref needs Python 3.11 or later:" \
	      "make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
	    --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
	    --no-build-isolation --no-deps -e .
	@touch $@
