#!/usr/bin/env bash
# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Runs "ansible-test sanity" of the ansible-core on PATH, in a folder below .cache that is named by the argument.
set -euo pipefail
cd "$(dirname "$0")/.."
cache=$PWD/.cache/$1
log=$cache/sanity.log

# ansible-test wants a path that ends in ansible_collections/…, and what git knows, not the artefact.
copy=$cache/ansible_collections/voiceops/telnyx
rm -rf "$copy"
mkdir -p "$copy"
git ls-files -z | xargs -0 cp -a --parents --target-directory "$copy"
cd "$copy"
git init --quiet
git add --all

# pyenv's shims are commands that may not work; the Pythons behind them do.
PATH=$(tr ':' '\n' <<<"$PATH" | grep -v '/shims$' | paste -sd:)
for python in "${PYENV_ROOT:-$HOME/.pyenv}"/versions/*/bin; do PATH=$PATH:$python; done
export PATH

if ! ansible-test sanity --venv --color no >"$log" 2>&1; then
    # Its pip comes from a host that is not always in reach; Python has a pip of its own.
    bootstrap=$(sed -n 's/.*manually downloaded and saved to: //p' "$log" | head -n 1)
    [ -n "$bootstrap" ] || { tail -n 40 "$log"; exit 1; }
    mkdir -p "$(dirname "$bootstrap")"
    printf 'import ensurepip\nensurepip.bootstrap(upgrade=True)\n' >"$bootstrap"
    ansible-test sanity --venv --color no >"$log" 2>&1 || { grep -E '^(ERROR|FATAL)' "$log" | cut -c1-300; exit 1; }
fi
grep -c '^Running sanity test' "$log" | sed 's/$/ sanity tests passed/'
