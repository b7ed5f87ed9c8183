# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The settings of Sphinx for the documentation site."""

from __future__ import annotations

from typing import Any

from docutils import nodes

project = "voiceops.telnyx"
copyright = "voiceops.telnyx contributors"  # noqa: A001
html_title = "voiceops.telnyx"

extensions = ["sphinx_antsibull_ext"]
pygments_style = "ansible"
highlight_language = "yaml+jinja"
default_role = "any"

html_theme = "sphinx_rtd_theme"
html_theme_options = {"collapse_navigation": False, "navigation_depth": 2}
html_static_path = ["static"]
html_css_files = ["tables.css"]
html_show_sphinx = False
html_use_index = False
html_copy_source = False
html_show_sourcelink = False

# What the pages refer to of Ansible's own documentation. sphinx.ext.intersphinx would fetch its list from there.
ANSIBLE = "https://docs.ansible.com/ansible/latest/"
PAGES = {
    "action_plugins": "plugins/action.html",
    "ansible_collections.ansible.builtin.uri_module": "collections/ansible/builtin/uri_module.html",
    "ansible_configuration_settings": "reference_appendices/config.html",
    "ansible_collections.ansible.builtin.copy_module": "collections/ansible/builtin/copy_module.html",
    "common_return_values": "reference_appendices/common_return_values.html",
}


def resolve(_app: Any, _environment: Any, node: Any, content: nodes.Element) -> nodes.reference | None:
    """Return a link to a page of Ansible's documentation, or None for a reference that nobody knows."""
    if node["reftype"] != "ref" or node["reftarget"] not in PAGES:
        return None
    return nodes.reference("", "", content, refuri=ANSIBLE + PAGES[node["reftarget"]])


def setup(app: Any) -> None:
    app.connect("missing-reference", resolve)
