#!/usr/bin/env bash
# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Runs "ansible-test sanity" of the ansible-core on PATH, in a folder below .cache that is named by the first argument. With
# the second, "may-skip", it leaves out the tests of which the requirements cannot be had, and says so.
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

skip=()
until ansible-test sanity --venv --color no "${skip[@]}" >"$log" 2>&1; do
    # Its pip comes from a host that is not always in reach; Python has a pip of its own.
    bootstrap=$(sed -n 's/.*manually downloaded and saved to: //p' "$log" | head -n 1)
    # What a test needs may come from yet another host.
    missing=$(sed -n 's/^A command failed .* -r requirements\/sanity\.\([a-z-]*\)\.txt$/\1/p' "$log" | head -n 1)
    if [ -n "$bootstrap" ] && [ ! -e "$bootstrap" ]; then
        mkdir -p "$(dirname "$bootstrap")"
        printf 'import ensurepip\nensurepip.bootstrap(upgrade=True)\n' >"$bootstrap"
    elif [ -n "$missing" ] && [ "${2-}" = may-skip ]; then
        skip+=(--skip-test "$missing")
    else
        grep -E '^(ERROR|FATAL)' "$log" | cut -c1-300 || tail -n 40 "$log"
        exit 1
    fi
done
echo "$(grep -c '^Running sanity test' "$log") sanity tests passed${skip:+, without${skip[*]//--skip-test/}}"
