# Passerelle: `make help` is the front door.
# Everything is installed into .venv (to run) and .venv-dev (to test), from hashed locks; nothing outside this folder.

SHELL := /bin/bash
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
WORKERS ?= 2
export FORUM_DATA_DIR ?= $(CURDIR)/var
PYTEST = .venv-dev/bin/python -m pytest

.PHONY: help run demo test check check-quick bench drill lint types layers catalogues locks clean screenshots lighthouse coverage scan

help: ## say what can be done here
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1|/' | column -t -s '|'

.venv/installed: requirements.lock
	@.ci/environment .venv requirements.lock

.venv-dev/installed: requirements-dev.lock
	@.ci/environment .venv-dev requirements-dev.lock

.ci/node/installed: .ci/node/package-lock.json
	@echo "Setting up .ci/node (once, half a minute) ..."
	@cd .ci/node && npm ci --silent --ignore-scripts && touch installed

run: .venv/installed ## run the site with the demonstration network (PORT=8000 HOST=127.0.0.1)
	@[ -e "$(FORUM_DATA_DIR)/forum.sqlite3" ] || .venv/bin/forum demo --if-empty
	@.venv/bin/forum serve --host $(HOST) --port $(PORT) --workers $(WORKERS)

demo: .venv/installed ## load the demonstration network into the data directory
	@.venv/bin/forum demo

test: .venv-dev/installed ## run the whole suite (PostgreSQL and Chromium tests say why they skip)
	@.ci/test

check: .venv-dev/installed lint types layers ## what CI runs: lint, types, layers, then the whole suite
	@.ci/test

check-quick: .venv-dev/installed lint types layers ## lint, types, layers and the fast tests, under a minute
	@$(PYTEST) -q -n 2 -m "not browser and not slow"

lint: .venv-dev/installed ## ruff and bandit
	@.venv-dev/bin/ruff check .
	@.venv-dev/bin/ruff format --check .
	@.venv-dev/bin/bandit -q -c pyproject.toml -r forum migrations 2> >(grep -v 'nosec encountered' >&2)

types: .venv-dev/installed ## mypy --strict
	@.venv-dev/bin/mypy --strict forum

layers: .venv-dev/installed ## the architecture's contracts
	@.venv-dev/bin/lint-imports

bench: .venv-dev/installed ## measure speed and size; prints tables
	@.venv-dev/bin/python -m bench

drill: .venv-dev/installed ## measure every promise of docs/drills.md (PART=kills for one; SITE=DIR, CORPUS=FILE for restore); fails when one is missed
	@.venv-dev/bin/python -m bench.drill $(PART) $(if $(SITE),--site $(SITE)) $(if $(CORPUS),--corpus $(CORPUS))

coverage: .venv-dev/installed ## lines and branches that the suite runs: 95 % of all, 100 % of permissions, sessions, outbox, uploads, rendering
	@.ci/coverage

scan: .venv-dev/installed ## wapiti and sqlmap against the demonstration site (over an hour); fails on anything new
	@.ci/scan/run

screenshots: .venv-dev/installed ## pictures of every page in every state, in artefacts/screenshots
	@.venv-dev/bin/python -m tests.journeys.screenshots

lighthouse: .venv-dev/installed .ci/node/installed ## Lighthouse on home, search, post and form; prints the table
	@.venv-dev/bin/python -m tests.journeys.lighthouse

clean: ## remove environments and caches (data in var/ stays)
	@rm -rf .venv .venv-dev .pytest_cache .mypy_cache .ruff_cache .hypothesis .ci/node/node_modules .ci/node/installed

CATALOGUE = pybabel -q extract -F pyproject.toml --omit-header --no-location -k "_ gettext ngettext:1,2 pgettext:1c,2 npgettext:1c,2,3 lazy_gettext lazy_pgettext:1c,2 message"
catalogues: .venv-dev/installed ## bring every language's catalogue up to date with the sentences of the interface
	@sentences=$$(mktemp) && .venv-dev/bin/$(CATALOGUE) -o $$sentences . \
	&& .venv-dev/bin/pybabel -q update -i $$sentences -d forum/translations --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width 132; \
	rm -f $$sentences

locks: ## write the hashed locks from pyproject.toml and .ci/node (needs uv and npm)
	@uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate pyproject.toml -o requirements.lock
	@uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --extra dev pyproject.toml -o requirements-dev.lock
	@.ci/node/lock
