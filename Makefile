# The member portal. `make help` lists what can be done; each command installs what it needs.

VENV := .venv
PY := $(VENV)/bin/python
# The lock is written by one known version of uv, so that it changes only when we mean it to.
UV_VERSION := 0.13.9
COMPILE := $(VENV)-lock/bin/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test check bench seed code shots lock

help:  ## List these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: $(VENV)/.portal  ## Run the portal with demo people (PORT and PORTAL_DATA_DIR are honoured)
	@PORTAL_MODE=$${PORTAL_MODE:-demo} exec $(PY) -m flask --app wsgi serve

test: $(VENV)/.dev  ## Run every test: both databases, a mail server and a browser included (ARGS="-k words" picks)
	@$(PY) -m tools.browser
	@$(PY) -m pytest -n 2 --dist loadgroup --cov $(ARGS)

check: $(VENV)/.dev  ## Lint, types, import laws, templates, dead code, schema drift
	@$(PY) -m tools.check

bench: $(VENV)/.dev  ## Measure the speed and weight budgets; writes bench.json (ARGS="depth --large" for millions of lines)
	@$(PY) -m tools.browser
	@$(PY) -m tools.bench $(ARGS)

seed: $(VENV)/.portal  ## Fill the empty database of PORTAL_DATA_DIR with the demo club
	@PORTAL_MODE=$${PORTAL_MODE:-demo} exec $(PY) -m flask --app wsgi seed

code: $(VENV)/.portal  ## Give the codes that the demo's staff need to sign in
	@PORTAL_MODE=$${PORTAL_MODE:-demo} exec $(PY) -m flask --app wsgi demo code

shots: $(VENV)/.dev  ## Take pictures of every page into docs/shots
	@$(PY) -m tools.browser
	@$(PY) -m tools.shots $(ARGS)

lock: $(VENV)-lock/bin/uv  ## Write requirements/*.lock anew from pyproject.toml (ARGS="--upgrade" for newer versions)
	@$(COMPILE) -o requirements/portal.lock $(ARGS)
	@$(COMPILE) --extra dev -c requirements/portal.lock -o requirements/dev.lock $(ARGS)

# Two stamps tell what is installed. The development lock holds everything the other one does.
$(VENV)/.portal: requirements/portal.lock | $(PY)
	@$(PY) tools/install.py $<
	@touch $@

$(VENV)/.dev: requirements/dev.lock | $(PY)
	@$(PY) tools/install.py $<
	@touch $@ $(VENV)/.portal

$(PY):
	@sh tools/venv.sh $(VENV)

$(VENV)-lock/bin/uv:
	@sh tools/venv.sh $(VENV)-lock
	@$(VENV)-lock/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
