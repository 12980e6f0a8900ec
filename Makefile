# Two commands are enough: make run, make test.
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000

.DEFAULT_GOAL := help
.PHONY: help run test check bench fmt picture wheel clean

help:            ## List the verbs
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/' | expand -t 16

run: .venv/ready ## Start the coach with the demo organisation on http://127.0.0.1:8000
	@$(BIN)/python -m coach serve --demo --port $(PORT)

test: .venv/dev  ## Everything a change must pass: format, lint, types, layers, unit, docs, packaging, browser
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest

bench: .venv/dev ## Print speed and size, measured on this machine
	$(BIN)/python -m eval bench

fmt: .venv/dev   ## Format and fix what can be fixed by itself
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

picture: .venv/dev ## Take the README's picture of the drafting page again
	$(BIN)/python -m tests.browser.picture

wheel: .venv/dev ## Build dist/*.whl
	$(BIN)/python -m build

clean:           ## Remove everything that make built
	rm -rf .venv dist build .pytest_cache .mypy_cache .ruff_cache

.venv/pip: constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "okr-coach needs Python 3.11 or newer: make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	@touch $@

.venv/ready: .venv/pip pyproject.toml
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	@touch $@

.venv/dev: .venv/ready
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable . --group dev
	@touch $@
