#!/usr/bin/env bash
# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Builds the documentation of the collection that is installed in .collections. "make docs" calls this, with the tools on
# PATH. It needs no network.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
site=$here/../../.cache/docs
rm -rf "$site"
mkdir -p "$site"
# antsibull-docs writes only where nobody else may.
install -d -m 755 "$site/rst"

antsibull-docs --config-file "$here/antsibull-docs.cfg" collection --use-current --fail-on-error --squash-hierarchy \
    --dest-dir "$site/rst" voiceops.telnyx
# antsibull-docs copies only text.
cp -R "$here/../../docs/docsite/rst/images" "$site/rst/docsite/"
# The pages refer to them from docs/docsite/rst, and antsibull-docs copies pages only.
cp -R "$here/../../docs/pictures" "$site/pictures"
sphinx-build -b html -q -n -W --keep-going -c "$here" -d "$site/doctrees" "$site/rst" "$site/html"
echo "The site begins at .cache/docs/html/index.html"
