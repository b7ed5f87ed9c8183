# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads an inventory as Ansible's programs do: `inventory.py SOURCE FILE`. The seconds go into the file."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import init_plugin_loader, inventory_loader

HOSTS = 10_000


def main(source: str, file: str) -> None:
    init_plugin_loader()
    # Imported before the time is taken, as for any other plugin.
    for plugin in ("auto", "script", "voiceops.telnyx.calls"):
        inventory_loader.get(plugin)
    started = time.perf_counter()
    inventory = InventoryManager(loader=DataLoader(), sources=[source])
    seconds = time.perf_counter() - started
    assert len(inventory.hosts) == HOSTS
    Path(file).write_text(str(seconds), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
