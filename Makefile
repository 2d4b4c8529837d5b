# make run: JupyterLab with two demo people.   make test: everything.   make lint: all checks.
VENV ?= .venv
BIN := $(VENV)/bin
PYTHON ?= python3
export PATH := $(abspath $(BIN)):$(PATH)
# the browser tests use the system's Chromium
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD := 1
# jlpm brings its own yarn; corepack must neither ask nor download
export COREPACK_ENABLE_DOWNLOAD_PROMPT := 0
export COREPACK_ENABLE_AUTO_PIN := 0

FRONT_END := $(shell find src style schema -type f 2>/dev/null | tr '\n' ' ')

.PHONY: run test bench test-python test-front-end test-browser lint format clean needs

run: $(VENV)/.built
	exec python -m jupyter_collab_agents.demo

needs:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed ($(PYTHON) was not found)."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { echo "Python's venv module is needed (Debian: apt-get install python3-venv)."; exit 1; }
	@command -v node >/dev/null || { echo "Node.js 20 or newer is needed to build the panel (node was not found)."; exit 1; }

# everything this work tree needs, in a virtual environment of its own
$(VENV)/.ready: pyproject.toml package.json yarn.lock | needs
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV) and building the panel (a minute or two, once) ..."
	$(BIN)/pip install -q -e '.[dev,demo]'
	@# pip copies the front end; the link makes later builds visible
	jupyter-builder develop . --overwrite
	touch $@ $(VENV)/.built

$(VENV)/.built: $(VENV)/.ready $(FRONT_END) tsconfig.json
	jlpm build
	touch $@

test: $(VENV)/.ready
	jlpm build:lib
	jlpm build:labextension
	touch $(VENV)/.built
	$(MAKE) test-python test-front-end test-browser

test-python: $(VENV)/.ready
	pytest -q

test-front-end: $(VENV)/.ready
	node ui-tests/check-bundle.mjs
	jlpm test

test-browser: $(VENV)/.built
	sh ui-tests/ensure-chromium.sh
	jlpm playwright test -c ui-tests/playwright.config.ts

lint: $(VENV)/.ready
	ruff check .
	ruff format --check .
	mypy
	lint-imports
	jlpm lint:check
	jlpm tsc --noEmit -p tsconfig.test.json
	jlpm tsc --noEmit -p ui-tests/tsconfig.json
	python scripts/generate_protocol.py --check
	@if grep -nE 'https?://|__archiveUrl' yarn.lock; then echo "yarn.lock must not name hosts"; exit 1; fi
	@set -e; for check in $(wildcard scripts/check_*.py); do echo "python $$check"; python $$check; done

format: $(VENV)/.ready
	ruff check --fix .
	ruff format .
	jlpm lint

clean:
	rm -rf $(VENV) node_modules lib jupyter_collab_agents/labextension jupyter_collab_agents/_version.py tsconfig.tsbuildinfo

# Figures against a bare fan-out; see docs/benchmarks.md.
bench: $(VENV)/.ready
	python -m benchmarks
