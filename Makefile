# `make` prints the targets. PYTHON=/path/to/python3 selects the interpreter, ARGS="-k word" is handed to pytest.

PYTHON ?=
ARGS ?=
BIN = .venv/bin
PIP = $(BIN)/python -m pip --disable-pip-version-check install -q -c constraints.txt
STAMP = $(subst /,_,$(or $(PYTHON),default))
RUN = .venv/.run-$(STAMP)
DEV = .venv/.dev-$(STAMP)
INPUTS = pyproject.toml constraints.txt build/venv.sh
PYTEST = $(BIN)/python -m pytest -n 2 --dist loadfile

.DEFAULT_GOAL = help
.PHONY: help demo test quick check lint servers format clean

help: ## print the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 10

demo: $(RUN) ## install vexec into .venv and show it at work
	build/demo.sh

test: $(DEV) servers ## run all tests, with the real servers
	$(PYTEST) $(ARGS)

quick: lint ## check formatting, lint and types, and run the tests that need no server
	$(PYTEST) -m "not server" $(ARGS)

check: lint ## check formatting, lint and types, and run all tests
	$(MAKE) --no-print-directory test

lint: $(DEV) ## check formatting, lint and types
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy

servers: $(DEV) ## install or build, once, the real servers that the tests need
	$(BIN)/python -m tests.servers.install

format: $(DEV) ## format the code and repair what ruff can
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

clean: ## remove .venv and the caches in the checkout
	rm -rf .venv dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUN): $(INPUTS)
	build/venv.sh $(PYTHON)
	$(PIP) -e .
	touch $@

$(DEV): $(INPUTS)
	build/venv.sh $(PYTHON)
	$(PIP) -e '.[dev]'
	touch $@
