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
    mypy tools
}

importer() {
    # It takes a warning for a success.
    local log
    log=$(cd .cache && python -m galaxy_importer.main voiceops-telnyx-*.tar.gz 2>&1) || { echo "$log"; return 1; }
    if grep -E '^(WARNING|ERROR)' <<<"$log"; then return 1; fi
}

sanity() {
    # ansible-test wants a path that ends in ansible_collections/…, and what git knows, not the artefact.
    local copy=$root/.cache/sanity/ansible_collections/voiceops/telnyx
    rm -rf "$copy"
    mkdir -p "$copy"
    git ls-files -z | xargs -0 cp -a --parents --target-directory "$copy"
    cd "$copy"
    git init --quiet
    git add --all
    # pyenv's shims are commands that may not work; the Pythons behind them do.
    local python
    PATH=$(tr ':' '\n' <<<"$PATH" | grep -v '/shims$' | paste -sd:)
    for python in "${PYENV_ROOT:-$HOME/.pyenv}"/versions/*/bin; do PATH=$PATH:$python; done
    export PATH
    local log=$root/.cache/sanity.log
    if ! ansible-test sanity --venv --color no >"$log" 2>&1; then
        # Its pip comes from a host that is not always in reach; Python has a pip of its own.
        local bootstrap
        bootstrap=$(sed -n 's/.*manually downloaded and saved to: //p' "$log" | head -n 1)
        [ -n "$bootstrap" ] || { tail -n 40 "$log"; return 1; }
        mkdir -p "$(dirname "$bootstrap")"
        printf 'import ensurepip\nensurepip.bootstrap(upgrade=True)\n' >"$bootstrap"
        ansible-test sanity --venv --color no >"$log" 2>&1 || { grep -E '^(ERROR|FATAL)' "$log" | cut -c1-300; return 1; }
    fi
    grep -c '^Running sanity test' "$log" | sed 's/$/ sanity tests passed/'
}

gate "generated file" python tools/generate_openapi.py --check
gate "ruff check" ruff check --quiet .
gate "ruff format" ruff format --quiet --check .
gate "mypy" types
gate "REUSE" reuse lint --lines
gate "changelog" antsibull-changelog lint
gate "ansible-lint" ansible-lint --offline --profile production --strict -q
gate "documentation" antsibull-docs lint-collection-docs --plugin-docs --validate-collection-refs all .
gate "galaxy-importer" importer
gate "ansible-test sanity" sanity
