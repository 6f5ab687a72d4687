# gazette: every target sets itself up in .venv from the locked requirements.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := run
.PHONY: run test lint types docs bench venv dev lock clean

run: venv            ## crawl the replica portal, change it, crawl again, search
	$(BIN)/gazette demo

test: dev            ## every test
	$(BIN)/python -m pytest $(ARGS)

lint: dev            ## style and format; nothing is changed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: dev           ## mypy --strict on both packages
	$(BIN)/mypy

docs: dev            ## paste every --help and table into the docs
	$(BIN)/cog -r README.md config/README.md docs/*.md

bench: $(VENV)/bench.stamp  ## ours beside its peers, small sizes; see docs/benchmarks.md
	$(BIN)/python -m benchmarks.real_site --days 60
	$(BIN)/python -m benchmarks.extraction

venv: $(VENV)/run.stamp   ## the product alone
dev: $(VENV)/dev.stamp    ## the product and what checks it

$(VENV)/run.stamp: requirements/run.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "gazette needs Python 3.11 or newer: make PYTHON=python3.11")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --require-hashes -r requirements/run.txt
	$(PIP) install --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements/dev.txt
	$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

$(VENV)/bench.stamp: $(VENV)/dev.stamp requirements/bench.txt
	$(PIP) install --require-hashes -r requirements/bench.txt
	@touch $@

UV = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --no-header

lock: dev            ## pin anew what pyproject.toml asks for
	$(PIP) install uv
	$(UV) pyproject.toml requirements/build.in -o requirements/run.txt
	$(UV) --group dev -c requirements/run.txt -o requirements/dev.txt
	$(UV) --group bench -c requirements/dev.txt -c requirements/run.txt -o requirements/bench.txt

clean:               ## remove the environment; the archive stays
	rm -rf $(VENV)
