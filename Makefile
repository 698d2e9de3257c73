# `make help` lists what can be done here. The work itself is in scripts/.
SHELL := /bin/bash
MAKEFLAGS += --no-print-directory
PYTHON := .venv/bin/python

.PHONY: help setup setup-dev run test lint format bench screenshots demo-reset lock
.DEFAULT_GOAL := help

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' Makefile | while IFS='|' read -r name text; do printf '  make %-12s %s\n' "$$name" "$$text"; done

setup: ## environment in .venv/ and assets/; quick when nothing changed
	@scripts/setup.sh

setup-dev: ## the same, with what the tests and lint need
	@scripts/setup.sh --dev

run: setup ## set up if needed and serve the demo programme; PORT=8000, HOST=127.0.0.1
	@exec $(PYTHON) scripts/run.py

test: setup-dev ## the suite on SQLite, on PostgreSQL, and in a browser
	@scripts/test.sh

lint: setup-dev ## ruff, mypy, templates, Django's checks, missing migrations
	@scripts/lint.sh

format: setup-dev ## put the Python code in the house's shape
	@$(PYTHON) -m ruff check --fix --quiet . ; $(PYTHON) -m ruff format .

bench: setup-dev ## speed, as ratios within one run
	@$(PYTHON) -m tests.bench

screenshots: setup-dev ## the two pictures of the README, taken anew into docs/
	@$(PYTHON) scripts/screenshots.py

demo-reset: setup ## put the demo programme back as it was
	@DEMO=1 $(PYTHON) manage.py demo --reset

lock: setup-dev ## choose package versions anew, within pyproject.toml and package.json
	@scripts/lock.sh
