#!/usr/bin/env bash
# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# The gates. "make check" calls this, with the tools on PATH and the collection installed in .collections.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD

gate() {
    echo "== $1"
    shift
    "$@"
}

types() {
    (cd .collections && mypy --config-file "$root/pyproject.toml" -p ansible_collections.voiceops.telnyx.plugins)
    (cd roles/simulator/files && mypy --config-file "$root/pyproject.toml" -p simulator)
    (cd playbooks/files && mypy --config-file "$root/pyproject.toml" -p tour)
    mypy tools
    # Each is a program by itself.
    for source in extensions/eda/plugins/event_source/*.py; do mypy "$source"; done
}

event_sources() {
    # What Galaxy runs on them, in its own container and so without the configuration of this repository.
    local tox away commands
    tox=$(python -c 'import galaxy_importer, pathlib; print(pathlib.Path(galaxy_importer.__file__).parent)')/ansible_test/container/eda/tox.ini
    away=$(mktemp -d)
    cp -r extensions "$away"
    commands=$(sed -n '/^\[testenv:pylint-event-filter\]/,$d; s/^commands = - //p' "$tox")
    [ "$(wc -l <<<"$commands")" = 2 ] || { echo "$tox has other linters"; return 1; }
    (cd "$away" && bash -euc "${commands//\{posargs\}/.}") || { rm -rf "$away"; return 1; }
    rm -rf "$away"
}

importer() {
    # It takes a warning for a success.
    local log version
    version=$(sed -n 's/^version: //p' galaxy.yml)
    log=$(cd .cache && python -m galaxy_importer.main "voiceops-telnyx-$version.tar.gz" 2>&1) || { echo "$log"; return 1; }
    if grep -E '^(WARNING|ERROR)' <<<"$log"; then return 1; fi
}

gate "generated description" python tools/generate_openapi.py --check
gate "generated options" python tools/generate_options.py --check
gate "generated page" python tools/generate_page.py --check
gate "generated parts of event sources" python tools/generate_events.py --check
gate "ruff check" ruff check --quiet .
gate "ruff format" ruff format --quiet --check .
gate "mypy" types
gate "pictures" env PYTHONPATH=tools python -m pictures.draw --check
gate "Galaxy's linters of event sources" event_sources
gate "REUSE" reuse lint --lines
gate "changelog" antsibull-changelog lint
gate "ansible-lint" ansible-lint --offline --profile production --strict -q
gate "documentation" antsibull-docs lint-collection-docs --plugin-docs --validate-collection-refs all .
gate "galaxy-importer" importer
gate "ansible-test sanity" tests/sanity.sh sanity
