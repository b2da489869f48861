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
serve: environment ## Show the site; run its samples here meanwhile
	@$(BIN)/python -m tests.proof.site.serve --port $(PORT) \
	    $(if $(filter no,$(SAMPLES)),--no-samples)

.PHONY: test
test: environment ## Run every test and every sample
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal --timeout 120 \
	    --ledger build/ledger.json -m "not browser" \
	    --doctest-modules --doctest-glob='*.md' tests docs epollref README.md

.PHONY: long
long: environment ## The long runs; write their results to docs/data
	$(BIN)/epollref model verify --steps 10000000 --jobs $(JOBS) \
	    --save docs/data/verify.json
	$(BIN)/python -m tests.proof.beliefs --jobs $(JOBS) --steps 1000000 \
	    --seed 1 --seed 2 --seed 3 --save docs/data/mutants.json
	EPOLLREF_LONG=1 $(BIN)/python -m pytest -n $(JOBS) --dist worksteal \
	    --timeout 3600 tests/model tests/trace tests/snippets/test_faults.py
	EPOLLREF_LONG=1 $(BIN)/python -m pytest -n $(JOBS) --dist worksteal \
	    --timeout 300 -m browser tests/browser/test_paste.py

.PHONY: fresh
fresh: environment ## Are the last long runs those of this model?
	@$(BIN)/python -m tests.proof.beliefs.fresh

.PHONY: check
check: format lint types imports fresh floors test site browser survivors ## All of CI

.PHONY: format
format: environment ## Is everything formatted?
	$(BIN)/ruff format --check epollref tests snippets conftest.py

.PHONY: lint
lint: environment ## Lint
	$(BIN)/ruff check epollref tests snippets conftest.py

.PHONY: types
types: environment ## Check types, strictly
	$(BIN)/mypy

.PHONY: imports
imports: environment ## Is the reading order the import order?
	$(BIN)/lint-imports

.PHONY: floors
floors: environment ## Run every command on the lowest versions declared
	$(BIN)/python -m tests.install.floors

.PHONY: site
site: test ## Build the site and prove its samples
	$(BIN)/python -m mkdocs build --strict
	$(BIN)/python -m tests.proof.site.check build/site build/ledger.json

.PHONY: browser
browser: site ## Use the built site in headless Chromium
	$(BIN)/python -m pytest -q -m browser --timeout 120 tests/browser

.PHONY: mutate
mutate: environment ## Break one thing at a time; which gate stops it?
	$(BIN)/python -m tests.proof.mutate

.PHONY: mutants
mutants: environment ## Plant wrong beliefs in the model; are they found?
	$(BIN)/python -m tests.proof.beliefs --jobs $(JOBS)

.PHONY: kernels
kernels: environment ## Boot other kernels; does the model agree there?
	$(BIN)/python -m tests.proof.kernels

.PHONY: survivors
survivors: site ## A few of the mutants, after a green run
	$(BIN)/python -m tests.proof.mutate --ledger build/ledger.json --count 10

.PHONY: zensical
zensical: test ## Build the site with Zensical, and prove its samples
	$(PYTHON) -m venv build/zensical
	build/zensical/bin/python -m pip install --quiet \
	    --disable-pip-version-check --require-hashes \
	    -r requirements.txt -r requirements-zensical.txt
	rm -rf build/site
	build/zensical/bin/python -m zensical build --strict --clean
	$(BIN)/python -m tests.proof.site.check build/site build/ledger.json

.PHONY: scale
scale: environment ## 15,000 connections at once; memory for each
	$(BIN)/python -m tests.proof.scale --connections 15000

.PHONY: fix
fix: environment ## Format and mend what ruff can
	$(BIN)/ruff format epollref tests snippets conftest.py
	$(BIN)/ruff check --fix epollref tests snippets conftest.py

.PHONY: lock
lock: environment ## Pin the requirements anew (needs uv)
	uv pip compile --quiet --universal --python-version 3.11.2 \
	    --generate-hashes --no-emit-index-url --no-header --upgrade \
	    --group dev pyproject.toml -o requirements.txt

.PHONY: clean
clean: ## Remove what was built
	rm -rf build .venv .mypy_cache .ruff_cache .pytest_cache

# Asked each time: the environment may be for another folder or Python.
.PHONY: environment
environment:
	@.ci/environment "$(PYTHON)"
