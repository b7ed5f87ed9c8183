# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role archive: what is uploaded, what is deleted after that, and what is not."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from support import runs
from support.runs import KEY, Run, play, playbook
from support.simulator import Simulator, running

# Copies each file, and reads back what is there. `broken` has names of files that cannot be copied; `lie` is a digest.
UPLOAD = """
- name: Refuse some files
  ansible.builtin.fail:
    msg: "no room for {{ item.file }}"
  when: item.file is search(broken | default('^$'))
  loop: "{{ archive_files }}"

- name: Copy the files
  ansible.builtin.copy:
    src: "{{ item.path }}"
    dest: "{{ copies }}/{{ item.file | basename }}"
    remote_src: true
    mode: "0600"
  loop: "{{ archive_files }}"

- name: Read them back
  ansible.builtin.stat:
    path: "{{ copies }}/{{ item.file | basename }}"
    checksum_algorithm: sha256
  register: read
  loop: "{{ archive_files }}"

- name: Report them
  ansible.builtin.set_fact:
    archive_uploads: "{{ archive_uploads + [{'file': item.item.file, 'bytes': item.stat.size, 'sha256': lie | default(item.stat.checksum)}] }}"
  loop: "{{ read.results }}"
"""
FIRST = "Archive the recordings, and find which files were not uploaded"
LAST = "Archive the recordings, delete what may be deleted, and write the page"


@pytest.fixture(scope="module")
def telephony(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """A simulator whose recordings are those of this file."""
    with running(tmp_path_factory.mktemp("role") / "state", processing_seconds=0) as one:
        yield one


class World:
    """An archive, the copies of its files, and the recordings of a call."""

    def __init__(self, simulator: Simulator, folder: Path) -> None:
        self.simulator = simulator
        self.folder = folder
        self.dest = folder / "archive"
        self.copies = folder / "copies"
        self.copies.mkdir()
        (folder / "upload.yml").write_text(UPLOAD, encoding="utf-8")
        self.call = simulator.fresh()

    def record(self) -> str:
        """Return one more recording of the call, complete."""
        sid = str(self.simulator.ask("POST", "recordings", {"call_sid": self.call})["sid"])
        self.simulator.ask("PATCH", f"recordings/{sid}", {"status": "completed"})
        return sid

    def run(self, *options: str, path: str = "", **given: Any) -> Run:
        """Run the role for the recordings of the call, with these variables; None leaves one out."""
        connection = {f"archive_{name}": value for name, value in self.simulator.connection.items()}
        usual = {"archive_dest": str(self.dest), "archive_call_sid": self.call, "copies": str(self.copies)}
        values = {**connection, **usual, "archive_delete": "verified", "archive_delete_after": 0, **given}
        include = {"name": "role", "ansible.builtin.include_role": {"name": "voiceops.telnyx.archive"}}
        include["vars"] = {name: value for name, value in values.items() if value is not None}
        variables = {"PATH": f"{path}:{os.environ['PATH']}"} if path else {}
        return playbook(self.folder, play(include), *options, **variables)

    def upload(self, *options: str, **given: Any) -> Run:
        """Run it with the tasks that copy."""
        return self.run(*options, archive_upload_tasks=str(self.folder / "upload.yml"), **given)

    def has(self, sid: str) -> bool:
        """Return whether the API has a recording."""
        url = f"{self.simulator.base_url}/texml/Accounts/{runs.ACCOUNT}/Recordings/{sid}.json"
        return requests.get(url, headers={"Authorization": f"Bearer {KEY}"}, timeout=60).status_code == 200

    def actions(self, sid: str) -> list[str]:
        """Return what the log of the archive has about a recording."""
        lines = (self.dest / "archive.jsonl").read_text(encoding="utf-8").splitlines()
        return [one["action"] for one in map(json.loads, lines) if one.get("recording_sid") == sid]

    def copied(self) -> list[str]:
        """Return the names of the copies."""
        return sorted(path.name for path in self.copies.iterdir())


@pytest.fixture
def world(telephony: Simulator, tmp_path: Path) -> World:
    return World(telephony, tmp_path)


def summary(run: Run) -> dict[str, Any]:
    return dict(run.result(LAST)["summary"])


def test_files_are_uploaded_before_anything_is_deleted(world: World) -> None:
    sid = world.record()
    run = world.upload()
    assert run.code == 0, run.output
    assert world.copied() == [f"{sid}.json", f"{sid}.wav"]
    assert world.actions(sid) == ["archived", "uploaded", "verified", "deleting", "deleted"]
    assert not world.has(sid)
    assert sid in (world.dest / "recordings.js").read_text(encoding="utf-8")
    # The page comes last.
    order = [one["task"].split(" : ")[-1] for one in run.tasks]
    assert order.index("Copy the files") < order.index(LAST) == len(order) - 1
    assert not run.result(FIRST)["summary"]["deleted"]

    again = world.upload()
    assert again.code == 0, again.output
    assert again.result(LAST)["changed"] is False
    assert "Copy the files" not in [one["task"].split(" : ")[-1] for one in again.tasks]


@pytest.mark.long
def test_without_uploads_it_is_one_task(world: World) -> None:
    sid = world.record()
    run = world.run(archive_call_sid=None, archive_recording_sid=sid, archive_delete=None)
    assert run.code == 0, run.output
    assert [one["task"].split(" : ")[-1] for one in run.tasks if one["state"] == "ok"][-1] == LAST
    assert "to_upload" not in run.result(LAST)
    assert (summary(run)["archived"], world.has(sid)) == (1, True)
    assert world.actions(sid) == ["archived"]


@pytest.mark.long
def test_check_mode_touches_nothing(world: World) -> None:
    sid = world.record()
    for _state in ("new", "archived"):
        run = world.upload("--check")
        assert run.code == 0, run.output
        steps = [step["action"] for step in run.result(LAST)["plan"]]
        # What was not uploaded is not to be deleted yet.
        assert steps == ["archive"]
        assert (world.dest.exists(), world.copied(), world.has(sid)) == (False, [], True)
    world.run(archive_delete="never")
    before = sorted(world.dest.rglob("*"))
    assert world.upload("--check").result(LAST)["plan"] == []
    assert (sorted(world.dest.rglob("*")), world.copied(), world.has(sid)) == (before, [], True)


@pytest.mark.long
def test_upload_that_fails_midway_goes_on_in_the_next_run(world: World) -> None:
    first, second = world.record(), world.record()
    run = world.upload(broken=second)
    assert run.code == 2
    failed = run.result("Fail before anything is deleted")
    assert failed["msg"].startswith("The upload failed in the task 'Refuse some files'. Nothing was deleted.")
    assert all(map(world.has, (first, second)))
    assert LAST not in [one["task"].split(" : ")[-1] for one in run.tasks]
    assert not (world.dest / "index.html").exists()
    done = world.upload()
    assert done.code == 0, done.output
    assert not any(map(world.has, (first, second)))
    assert len(world.copied()) == 4


@pytest.mark.long
def test_what_was_uploaded_before_a_failure_is_not_uploaded_again(world: World) -> None:
    first, second = world.record(), world.record()
    tasks = UPLOAD.replace("{{ archive_files }}", "{{ archive_files | selectattr('recording_sid', 'eq', only) }}")
    (world.folder / "upload.yml").write_text(f"{tasks}\n- ansible.builtin.fail:\n    msg: cut off\n", encoding="utf-8")
    assert world.upload(only=first).code == 2
    assert (world.actions(first), world.actions(second)) == (["archived", "uploaded"], ["archived"])
    assert all(map(world.has, (first, second)))
    (world.folder / "upload.yml").write_text(UPLOAD, encoding="utf-8")
    run = world.upload()
    assert run.code == 0, run.output
    assert {one["recording_sid"] for one in run.result(FIRST)["to_upload"]} == {second}
    assert not any(map(world.has, (first, second)))


@pytest.mark.long
def test_many_files_are_uploaded_in_batches(world: World) -> None:
    sids = {world.record() for _number in range(251)}
    # In three tasks, however many the files are; and the second batch is cut off.
    (world.folder / "upload.yml").write_text(
        """
- ansible.builtin.fail:
    msg: cut off
  when: cut is defined and archive_done > 0

- ansible.builtin.shell: 'while read file; do cp "$file" . && sha256sum "$file" && wc -c <"$file"; done'
  args:
    chdir: "{{ copies }}"
    stdin: "{{ archive_files | map(attribute='path') | join('\\n') }}"
  register: copied

- ansible.builtin.set_fact:
    archive_uploads: >-
      {% set read = [] -%}
      {% for one in archive_files -%}
      {% set _ = read.append({'file': one.file, 'bytes': copied.stdout_lines[loop.index0 * 2 + 1] | int,
                              'sha256': copied.stdout_lines[loop.index0 * 2][:64]}) -%}
      {% endfor -%}
      {{ read }}
""",
        encoding="utf-8",
    )
    cut = world.upload(cut=True)
    assert cut.code == 2
    assert len(cut.result(FIRST)["to_upload"]) == len(world.copied()) == 500
    assert all(map(world.has, sids))
    done = world.upload()
    assert done.code == 0, done.output
    assert len(done.result(FIRST)["to_upload"]) == 2
    assert len(world.copied()) == 502
    assert summary(done)["deleted"] == 251
    assert not any(map(world.has, sids))


@pytest.mark.long
def test_digest_that_differs_deletes_nothing(world: World) -> None:
    sid = world.record()
    run = world.upload(lie="0" * 64)
    assert run.code == 2
    assert f"and SHA-256 {'0' * 64}, and has" in run.result(LAST)["msg"]
    assert (world.has(sid), world.actions(sid)) == (True, ["archived"])
    assert not (world.dest / "index.html").exists()


@pytest.mark.long
def test_file_that_was_not_read_back_fails(world: World) -> None:
    sid = world.record()
    (world.folder / "upload.yml").write_text("- ansible.builtin.debug:\n    msg: done\n", encoding="utf-8")
    run = world.upload()
    assert run.code == 2
    assert "2 of 2 files are not in archive_uploads" in run.result("Fail before anything is deleted")["msg"]
    assert world.has(sid)


@pytest.mark.long
def test_file_of_the_role_that_does_not_upload_is_refused(world: World) -> None:
    sid = world.record()
    run = world.run(archive_upload_tasks="upload_batch.yml")
    assert run.code == 2
    assert "archive_upload_tasks is upload_batch.yml, a file of the role that does something else" in run.output
    assert (world.has(sid), world.dest.exists()) == (True, False)


@pytest.mark.long
def test_hold(world: World) -> None:
    held, free = world.record(), world.record()
    run = world.upload(archive_hold=[held])
    assert run.code == 0, run.output
    assert (world.has(held), world.has(free)) == (True, False)
    assert (summary(run)["held"], len(world.copied())) == (1, 4)


@pytest.mark.long
def test_recording_that_cannot_be_archived_does_not_hold_up_the_others(world: World) -> None:
    bad, good = world.record(), world.record()
    assert world.run(archive_delete="never").code == 0
    (altered,) = world.dest.rglob(f"{bad}.json")
    altered.write_text("{}", encoding="utf-8")
    run = world.upload()
    assert run.code == 2
    assert "was altered" in run.result(LAST)["msg"]
    assert (world.has(bad), world.has(good)) == (True, False)


@pytest.mark.long
def test_recording_that_cannot_be_archived_does_not_hide_why_the_upload_failed(world: World) -> None:
    bad, good = world.record(), world.record()
    assert world.run(archive_delete="never").code == 0
    (altered,) = world.dest.rglob(f"{bad}.json")
    altered.write_text("{}", encoding="utf-8")
    run = world.upload(broken=good)
    assert run.code == 2
    failed = run.result("Fail before anything is deleted")
    assert failed["msg"].startswith("The upload failed in the task 'Refuse some files'. Nothing was deleted.")
    assert all(map(world.has, (bad, good)))


@pytest.mark.long
def test_files_past_their_time_are_uploaded_before_they_are_removed(world: World) -> None:
    world.simulator.ask("PUT", "misbehaviour", {"clock_offset": -40 * 86400})
    sid = world.record()
    world.simulator.ask("PUT", "misbehaviour", {})
    run = world.upload(archive_keep=30)
    assert run.code == 0, run.output
    assert world.copied() == [f"{sid}.json", f"{sid}.wav"]
    assert world.actions(sid)[-2:] == ["removing", "removed"]
    assert not list(world.dest.rglob(f"{sid}*"))


@pytest.mark.long
def test_playbook_by_name(world: World) -> None:
    sid = world.record()
    given = {"TELNYX_API_KEY": KEY, "TELNYX_ACCOUNT_SID": runs.ACCOUNT, "TELNYX_BASE_URL": world.simulator.base_url}
    options = ["-e", f"archive_dest={world.dest}", "-e", f"archive_recording_sid={sid}"]
    run = playbook(world.folder, "voiceops.telnyx.archive", *options, **given)
    assert run.code == 0, run.output
    assert run.result("Show the summary")["archive_result.summary"]["archived"] == 1
    examined = playbook(world.folder, "voiceops.telnyx.archive", *options[:2], "-e", "archive_state=verified", **given)
    assert examined.code == 0, examined.output
    assert examined.result(LAST)["problems"] == []


@pytest.mark.long
@pytest.mark.skipif(shutil.which("rsync") is None, reason="rsync is not installed")
def test_rsync(world: World) -> None:
    sid = world.record()
    given = {"archive_upload_tasks": "upload_rsync.yml", "archive_rsync_dest": f"{world.copies}/to here"}
    run = world.run(**given)
    assert run.code == 0, run.output
    (copy,) = (world.copies / "to here").rglob(f"{sid}.wav")
    (audio,) = world.dest.rglob(f"{sid}.wav")
    assert copy.read_bytes() == audio.read_bytes()
    assert copy.relative_to(world.copies / "to here") == audio.relative_to(world.dest)
    assert not world.has(sid)


@pytest.mark.long
@pytest.mark.skipif(shutil.which("rsync") is None, reason="rsync is not installed")
def test_rsync_to_another_host(world: World) -> None:
    """Without an SSH server: the programs that stand for ssh run here what was meant for there, and note it."""
    sid, noted = world.record(), world.folder / "noted"
    for name, command in (("rsh", "shift"), ("ssh", 'for last; do :; done; set -- sh -c "$last"')):
        path = world.folder / name
        path.write_text(f'#!/bin/sh\necho {name} >>{noted}\n{command}\nexec "$@"\n', encoding="utf-8")
        path.chmod(0o700)
    host = (
        "vault ansible_connection=ssh ansible_pipelining=true ansible_python_interpreter={} ansible_ssh_executable={}"
    )
    inventory = world.folder / "hosts"
    inventory.write_text(host.format(sys.executable, world.folder / "ssh") + "\n", encoding="utf-8")
    run = world.run(
        *("-i", str(inventory)),
        archive_upload_tasks="upload_rsync.yml",
        archive_rsync_dest=f"vault:{world.copies}",
        archive_rsync_host="vault",
        archive_rsync_options=[f"--rsh={world.folder / 'rsh'}"],
    )
    assert run.code == 0, run.output
    assert list(world.copies.rglob(f"{sid}.wav"))
    assert noted.read_text(encoding="utf-8").splitlines()[0] == "rsh"
    assert "ssh" in noted.read_text(encoding="utf-8").splitlines()
    assert not world.has(sid)


@pytest.mark.long
@pytest.mark.parametrize(
    "given",
    [
        {},
        {"archive_rsync_dest": "relative"},
        # Read back here, the path of another host would prove nothing.
        {"archive_rsync_dest": "vault:/srv/calls"},
        {"archive_rsync_dest": "/srv/calls", "archive_rsync_host": "vault"},
        # It has no connection of its own, so a delegated task would run here.
        {"archive_rsync_dest": "vault:/srv/calls", "archive_rsync_host": "vault"},
        {"archive_rsync_dest": "{{ archive_dest }}/"},
    ],
)
def test_rsync_to_a_place_that_cannot_be(world: World, given: dict[str, str]) -> None:
    sid = world.record()
    inventory = world.folder / "hosts"
    inventory.write_text("vault\n", encoding="utf-8")
    run = world.run("-i", str(inventory), archive_upload_tasks="upload_rsync.yml", **given)
    assert run.code == 2
    assert "it must be an absolute path outside of archive_dest" in run.result("Check the destination")["msg"]
    assert world.has(sid)
