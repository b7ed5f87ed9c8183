# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Everything is set up inside the clone: a .venv, and a folder of collections that has this one, installed as a user would.
# PYTHON chooses another Python (3.11 or newer), CORE another ansible-core, as in: make test CORE='ansible-core==2.19.*'

PYTHON ?= $(firstword $(foreach python,python3 python3.13 python3.12 python3.11,$(shell \
	$(python) -c 'import sys; sys.version_info >= (3, 11) and print(sys.executable)' 2>/dev/null)))
CORE ?= ansible-core
# Tests wait more than they work.
JOBS ?= 4

VENV := .venv
# Relative, since the path of the clone may have spaces.
BIN := $(VENV)/bin
PYTEST = $(BIN)/python -m pytest --numprocesses $(JOBS) --dist worksteal
DRAW := PYTHONPATH=tools $(BIN)/python -m pictures.draw
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check install
SHIPPED := $(shell find galaxy.yml README.md CHANGELOG.md LICENSE LICENSES docs extensions meta playbooks plugins requirements.txt roles \
	-type f -not -name '*.pyc' 2>/dev/null)

export ANSIBLE_COLLECTIONS_PATH := $(CURDIR)/.collections
export ANSIBLE_HOME := $(CURDIR)/.cache/ansible
export ANSIBLE_LOCALHOST_WARNING := false
export ANSIBLE_INVENTORY_UNPARSED_WARNING := false

.PHONY: demo tour help test test-long test-all check fix docs screenshots matrix bench chaos pictures generate clean
demo: .collections/installed ## Record a call on this machine, without an account
	@$(BIN)/ansible-playbook voiceops.telnyx.demo

tour: .collections/installed $(VENV)/eda ## Record answered calls and archive their recordings on this machine, without an account
	@ANSIBLE_CALLBACK_RESULT_FORMAT=yaml $(BIN)/ansible-playbook voiceops.telnyx.tour

help: ## Print what each target does
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 12

test: .collections/installed $(VENV)/test $(VENV)/sdk/installed $(VENV)/browser/installed ## Units, properties, and the installed collection against the simulator
	@$(PYTEST) -m 'not long'

test-long: .collections/installed $(VENV)/test $(VENV)/eda $(VENV)/aws/installed $(VENV)/sdk/installed $(VENV)/browser/installed ## The tests that "make test" leaves out, since they take long
	@$(PYTEST) -m long

test-all: ## All tests
	@$(MAKE) --no-print-directory test
	@$(MAKE) --no-print-directory test-long

check: .collections/installed $(VENV)/check ## The gates
	@PATH="$$PWD/$(BIN):$$PATH" tests/check.sh

fix: $(VENV)/check ## Format the code, and fix what ruff can
	@$(BIN)/ruff check --fix --exit-zero --quiet .
	@$(BIN)/ruff format --quiet .

docs: .collections/installed $(VENV)/docs ## Build the documentation site in .cache/docs/html
	@PATH="$$PWD/$(BIN):$$PATH" tools/docs/build.sh

screenshots: $(VENV)/browser/installed $(VENV)/docs ## Take the pictures in the documentation
	@$(BIN)/python tools/screenshots.py

matrix: $(VENV)/demo ## Test with every version that is promised, and write docs/versions.md; SET=all runs more, SET=smoke little
	@PYTHONPATH=tests $(BIN)/python -m environments.matrix.run --set '$(or $(SET),usual)' --core $(MATRIX_CORE)

bench: .collections/installed $(VENV)/user/installed $(VENV)/browser/installed $(VENV)/pictures ## Measure, beside what people use today; write docs/benchmarks.md and its pictures
	@$(VENV)/user/bin/python bench/run.py; status=$$?; $(DRAW) && exit $$status

chaos: .collections/installed $(VENV)/test $(VENV)/eda $(VENV)/pictures ## Break the service thousands of times, beside what people use today; write docs/reliability.md and its picture; PART=starts, archive or callbacks
	@PYTHONPATH=tests:roles/simulator/files $(BIN)/python -m chaos.run $(PART); status=$$?; $(DRAW) && exit $$status

pictures: $(VENV)/pictures ## Draw docs/pictures again from the numbers in docs/benchmarks.json and docs/reliability.json
	@$(DRAW)

generate: $(VENV)/demo ## Derive all that is generated: schemas, the role and playbooks, tables, the page of an archive, the shared parts of event sources
	$(BIN)/python tools/generate_openapi.py
	$(BIN)/python tools/generate_options.py
	$(BIN)/python tools/generate_page.py
	$(BIN)/python tools/generate_events.py

clean: ## Remove all that the other targets made
	rm -rf .cache .collections .hypothesis .mypy_cache .pytest_cache .ruff_cache $(VENV)

$(VENV)/demo: requirements.txt roles/simulator/files/requirements.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; name one with: make PYTHON=…" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) '$(CORE)' -r requirements.txt -r roles/simulator/files/requirements.txt
	@touch $@

$(VENV)/test: $(VENV)/demo tests/requirements/test.txt
	@$(PIP) -r tests/requirements/test.txt
	@touch $@

# ansible-rulebook, with a Java of its own.
$(VENV)/eda: $(VENV)/demo tests/requirements/eda.txt
	@$(PIP) -r tests/requirements/eda.txt
	@touch $@

# The vendor's SDK for Node, which came with the requirements of the tests.
$(VENV)/sdk/installed: $(VENV)/test tests/simulator/sdk/package.json
	@mkdir -p $(@D) && cp tests/simulator/sdk/package.json $(@D)
	@$(BIN)/npm install --prefix $(@D) --ignore-scripts --no-package-lock --no-audit --no-fund --no-update-notifier \
		--loglevel=error >/dev/null
	@touch $@

# A Chromium that npm carries, with the libraries and fonts that a small machine lacks.
$(VENV)/browser/installed: $(VENV)/test tests/archive_page/package.json
	@mkdir -p $(@D)/chromium && cp tests/archive_page/package.json $(@D)
	@$(BIN)/npm install --prefix $(@D) --ignore-scripts --no-package-lock --no-audit --no-fund --no-update-notifier \
		--loglevel=error >/dev/null
	@cd $(@D) && TMPDIR="$$PWD/chromium" AWS_EXECUTION_ENV=AWS_Lambda_nodejs22.x ../bin/node --input-type=module \
		--eval 'import chromium from "@sparticuz/chromium"; await chromium.executablePath()'
	@touch $@

# Large, since the collection amazon.aws comes with all others.
$(VENV)/aws/installed: $(VENV)/demo tests/requirements/aws.txt
	@$(BIN)/python -m venv $(VENV)/aws
	@$(VENV)/aws/bin/python -m pip --quiet --disable-pip-version-check install --no-compile -r tests/requirements/aws.txt
	@touch $@

$(VENV)/docs: $(VENV)/demo tools/docs/requirements.txt
	@$(PIP) -r tools/docs/requirements.txt
	@touch $@

# What a user installs, and no more: libraries beside it change how long others take.
$(VENV)/user/installed: $(VENV)/demo requirements.txt bench/requirements.txt
	@$(BIN)/python -m venv $(VENV)/user
	@$(VENV)/user/bin/python -m pip --quiet --disable-pip-version-check install '$(CORE)' -r requirements.txt -r bench/requirements.txt
	@touch $@

# Not where speed is measured.
$(VENV)/pictures: $(VENV)/demo tools/pictures/requirements.txt
	@$(PIP) -r tools/pictures/requirements.txt
	@touch $@

$(VENV)/check: $(VENV)/test $(VENV)/pictures tests/requirements/check.txt
	@$(PIP) -r tests/requirements/check.txt
	@touch $@

# Through the tarball, so that a file that the artefact lacks is missed here.
.collections/installed: $(VENV)/demo $(SHIPPED)
	@$(BIN)/ansible-galaxy collection build --force --output-path .cache . >/dev/null
	@$(BIN)/ansible-galaxy collection install --force --collections-path .collections \
		.cache/voiceops-telnyx-$$(sed -n 's/^version: //p' galaxy.yml).tar.gz >/dev/null
	@touch $@
