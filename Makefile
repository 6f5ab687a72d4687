# gazette: every target sets itself up in .venv from the locked requirements.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := run
.PHONY: run test lint types docs words bench replay venv dev lock clean

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
	LC_ALL=C.UTF-8 $(BIN)/cog -r README.md config/README.md docs/*.md

words: dev           ## bring the Chinese catalogue into step with the code; list what it lacks
	LC_ALL=C.UTF-8 $(BIN)/python -m tools.words

bench: $(VENV)/bench.stamp  ## ours beside its peers, small sizes; see docs/benchmarks.md
	$(BIN)/python -m benchmarks.real_site --days 60
	$(BIN)/python -m benchmarks.extraction

DATA   ?= data/demo
REPLAY := $(DATA)/replay/collections/gazette
PYWB   := .venv-replay

replay: $(PYWB)/stamp  ## check the WARC files of DATA with warcio, replay them in pywb
	$(PYWB)/bin/warcio check $(DATA)/warc/*.warc.gz
	@rm -rf $(REPLAY) && mkdir -p $(REPLAY)/archive $(REPLAY)/indexes
	@ln -f $(DATA)/warc/*.warc.gz $(REPLAY)/archive
	@# pywb would answer a 304 as it stands, with nothing in it: the capture before it says more.
	$(PYWB)/bin/cdxj-indexer --sort $(DATA)/warc/*.warc.gz | grep -v '"status": "304"' \
		> $(REPLAY)/indexes/index.cdxj
	@echo "open http://127.0.0.1:8080/gazette/*/ADDRESS"
	cd $(DATA)/replay && $(CURDIR)/$(PYWB)/bin/wayback -b 127.0.0.1

# In an environment of its own: pywb needs older libraries than we do.
$(PYWB)/stamp: requirements/replay.txt
	@test -x $(PYWB)/bin/python || $(PYTHON) -m venv $(PYWB)
	$(PYWB)/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements/replay.txt
	@touch $@

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
	$(UV) --group replay -o requirements/replay.txt

clean:               ## remove the environment; the archive stays
	rm -rf $(VENV) $(PYWB)
