# run | test | check | refresh | bench | clean
#
# Each target sets up what it needs: a virtual environment in .venv with the exact
# versions of .ci/constraints.txt. Python 3.11 or newer and make are enough.
#
#   make run PORT=8600                 the dashboard on another port
#   make run CONFIG=my/tension.toml    your own sources and store
#   make test PYTHON=python3.12        another interpreter
#   make test TESTS="tests/test_index_tension.py -x"

SHELL := /bin/sh
VENV ?= .venv
PORT ?= 8501
CONFIG ?= sample_data/tension.toml
TESTS ?=
# The first interpreter on the path that is new enough.
PYTHON ?= $(shell for name in python3.11 python3 python3.12 python3.13 python; do \
	if command -v $$name >/dev/null 2>&1 && \
	   $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	then echo $$name; break; fi; done)

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --quiet
CONSTRAINTS := .ci/constraints.txt
RUN_STAMP := $(VENV)/.installed-run
DEV_STAMP := $(VENV)/.installed-dev
BENCH_STAMP := $(VENV)/.installed-bench

.PHONY: help run test check refresh bench clean
.DEFAULT_GOAL := help

help:
	@sed -n '1,/^$$/s/^# \{0,1\}//p' Makefile
	@echo "Try: make run"

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and was not found." \
	    "Name it: make run PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	    echo "No virtual environment could be made. On Debian and Ubuntu:" \
	    "apt-get install python3-venv" >&2; exit 1; }

$(RUN_STAMP): pyproject.toml $(CONSTRAINTS) | $(BIN)/python
	@echo "Installing into $(VENV) (a few minutes the first time) ..."
	@$(PIP) install -c $(CONSTRAINTS) -e .
	@touch $@

$(DEV_STAMP): $(RUN_STAMP)
	@echo "Installing what tests and checks need ..."
	@$(PIP) install -c $(CONSTRAINTS) -e ".[test,dev,postgres,browser]"
	@touch $@

$(BENCH_STAMP): $(DEV_STAMP)
	@echo "Installing what the benchmarks compare with ..."
	@$(PIP) install -c $(CONSTRAINTS) -e ".[bench]"
	@touch $@

# Without a screen there is no browser to open. Streamlit's question for an e-mail address
# would stop a first start, so it is not asked.
HEADLESS := $(if $(DISPLAY)$(WAYLAND_DISPLAY)$(filter Darwin,$(shell uname)),,--headless)

# A refresh adds only what is new, so run may always do it first. Its exit code is 1
# where a source failed in part: the rest is in the store and worth looking at.
run: $(RUN_STAMP)
	@$(BIN)/tension refresh --config "$(CONFIG)" || test $$? -eq 1
	@echo "Dashboard: http://localhost:$(PORT)   (Ctrl-C ends it)"
	@STREAMLIT_SERVER_SHOW_EMAIL_PROMPT=false \
	    $(BIN)/tension dashboard --config "$(CONFIG)" --port $(PORT) $(HEADLESS)

refresh: $(RUN_STAMP)
	@$(BIN)/tension refresh --config "$(CONFIG)"

test: $(DEV_STAMP)
	$(BIN)/python -m pytest $(TESTS)

check: $(DEV_STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(BENCH_STAMP)
	@for file in benchmarks/bench_*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

clean:
	rm -rf $(VENV) .tension build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
