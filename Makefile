# `make` prints the targets. PYTHON=/path/to/python3 selects the interpreter, ARGS="-k word" is handed to pytest.

PYTHON ?=
ARGS ?=
MINUTES ?= 5
BIN = .venv/bin
PIP = $(BIN)/python -m pip --disable-pip-version-check install -q -c constraints.txt
STAMP = $(subst /,_,$(or $(PYTHON),default))
RUN = .venv/.run-$(STAMP)
DEV = .venv/.dev-$(STAMP)
BUILD = .venv/.build-$(STAMP)
SOURCES = $(shell find src build -name '*.py' -o -name '*.[ch]' -o -name '*.spec')
INPUTS = pyproject.toml constraints.txt build/venv.sh
PYTEST = $(BIN)/python -m pytest -n 2 --dist loadfile

.DEFAULT_GOAL = help
.PHONY: help demo build build-aarch64 test bench coverage quick check lint servers format goldens fuzz-template clean

help: ## print the targets
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 15

demo: $(RUN) ## install vexec into .venv and show it at work
	build/demo.sh

build: dist/vexec ## build the single file, dist/vexec

dist/vexec: $(BUILD) $(SOURCES)
	build/python-dev.sh
	PYTHONHASHSEED=0 $(BIN)/python -m PyInstaller --log-level WARN --workpath work build/vexec.spec

build-aarch64: dist/vexec-aarch64 ## build the single file for aarch64, dist/vexec-aarch64, from Debian's packages

dist/vexec-aarch64: $(BUILD) $(SOURCES)
	PYTHONHASHSEED=0 VEXEC_BUILD_MACHINE=aarch64 \
	    $(BIN)/python -m PyInstaller --log-level WARN --workpath work/aarch64 build/vexec.spec

test: $(DEV) servers dist/vexec ## run all tests, with the real servers: from source, then with the single file
	if $(BIN)/python -m build.single.sysroot aarch64; then $(MAKE) --no-print-directory build-aarch64; fi
	$(PYTEST) $(ARGS)
	VEXEC_TEST_BIN=$(CURDIR)/dist/vexec $(PYTEST) tests/e2e $(ARGS)

bench: $(DEV) servers dist/vexec ## measure a start beside other programs, as ratios
	$(BIN)/python -m bench --out docs/explanation/bench

quick: lint ## check formatting, lint and types, and run the tests that need no server
	$(BIN)/python -m pytest -n 4 --dist loadfile -m "not server" $(ARGS)

check: lint ## check formatting, lint and types, and run all tests
	$(MAKE) --no-print-directory test

lint: $(DEV) ## check formatting, lint and types
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy

servers: $(DEV) ## install or build, once, the real servers that the tests need
	$(BIN)/python -m tests.servers.install

coverage: $(DEV) ## check that the modules without input and output are tested to the last branch
	$(BIN)/python -m coverage run -m pytest -q -m "not server" tests/test_value.py tests/test_errors.py \
	    tests/test_log.py tests/test_pipeline.py tests/config tests/render tests/fetch
	$(BIN)/python -m coverage report

format: $(DEV) ## format the code and repair what ruff can
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

goldens: $(DEV) ## make the golden files of the templates anew, which needs Go and its module proxy
	$(BIN)/python -m tests.oracles.make

fuzz-template: $(DEV) ## compare templates made by chance with Go's, for MINUTES, which needs Go as well
	$(BIN)/python -m tests.oracles.fuzz --minutes $(MINUTES) $(ARGS)

clean: ## remove .venv and the caches in the checkout
	rm -rf .venv dist work .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUN): $(INPUTS)
	build/venv.sh $(PYTHON)
	$(PIP) -e .
	touch $@

$(DEV): $(INPUTS)
	build/venv.sh $(PYTHON)
	$(PIP) -e '.[dev]'
	touch $@

$(BUILD): $(INPUTS)
	build/venv.sh $(PYTHON)
	$(PIP) -e '.[build]'
	touch $@
