# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The upload of an archive to S3, with the collection amazon.aws and moto's server, in an environment of their own."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support import guides, runs
from support.runs import KEY, Run, playbook
from support.simulator import Simulator

pytestmark = [pytest.mark.long, pytest.mark.once]

# "make test-long" makes it.
AWS = runs.ROOT / ".venv" / "aws"
GUIDE = runs.ROOT / "docs" / "docsite" / "rst" / "guide_archive.rst"
BUCKET = "example-calls"
LAST = "Archive the recordings, delete what may be deleted, and write the page"
# Reads a bucket with the vendor's own library, and tries to delete a version of the first object.
READ = """
import boto3, hashlib, json
s3 = boto3.client("s3")
found = {}
for one in s3.list_objects_v2(Bucket=BUCKET).get("Contents", []):
    reply = s3.get_object(Bucket=BUCKET, Key=one["Key"])
    versions = s3.list_object_versions(Bucket=BUCKET, Prefix=one["Key"])["Versions"]
    try:
        s3.delete_object(Bucket=BUCKET, Key=one["Key"], VersionId=reply["VersionId"])
        locked = False
    except s3.exceptions.ClientError as error:
        locked = error.response["Error"]["Code"] == "AccessDenied"
    found[one["Key"]] = {
        "sha256": hashlib.sha256(reply["Body"].read()).hexdigest(),
        "encryption": reply.get("ServerSideEncryption"),
        "versions": len(versions),
        "locked": locked,
    }
print(json.dumps(found))
"""


@pytest.fixture
def s3(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Run moto's server, and return the environment of those who use it."""
    command = [AWS / "bin" / "moto_server", "--host", "127.0.0.1", "--port", "0"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr
        found = next(filter(None, (re.search(r"Running on (http://\S+)", line) for line in server.stderr)), None)
        assert found
        credentials = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}
        yield {**credentials, "AWS_DEFAULT_REGION": "us-east-1", "AWS_ENDPOINT_URL": found[1]}
        server.kill()


class World:
    """The guide's playbooks, their archive and their bucket."""

    def __init__(self, simulator: Simulator, folder: Path, s3: dict[str, str]) -> None:
        self.simulator = simulator
        self.folder = folder
        self.s3 = s3
        guides.write(GUIDE, folder)
        made = self._playbook("make_bucket.yml")
        assert made.code == 0, made.output

    def run(self, sid: str, **given: Any) -> Run:
        """Archive and upload one recording, as in the guide."""
        return self._playbook("archive_s3.yml", archive_recording_sid=sid, archive_delete_after=0, **given)

    def _playbook(self, name: str, **given: Any) -> Run:
        (packages,) = (AWS / "lib").glob("python3.*/site-packages")
        variables = {
            "TELNYX_API_KEY": KEY,
            "TELNYX_ACCOUNT_SID": runs.ACCOUNT,
            "TELNYX_BASE_URL": self.simulator.base_url,
            "ANSIBLE_COLLECTIONS_PATH": f"{runs.COLLECTIONS}:{packages}",
            **self.s3,
        }
        # boto3 is there.
        values = {**given, "ansible_python_interpreter": str(AWS / "bin" / "python")}
        return playbook(self.folder, name, "-e", json.dumps(values), **variables)

    def bucket(self) -> dict[str, dict[str, Any]]:
        """Return what the bucket has."""
        code = f"BUCKET = {BUCKET!r}\n{READ}"
        command = [AWS / "bin" / "python", "-c", code]
        done = subprocess.run(
            command, env={**os.environ, **self.s3}, capture_output=True, text=True, timeout=300, check=False
        )
        assert done.returncode == 0, done.stderr
        return dict(json.loads(done.stdout))

    def archived(self, sid: str) -> dict[str, str]:
        """Return the digests of the files of a recording, by their names in the archive."""
        dest = self.folder / "archive"
        found = dest.rglob(f"{sid}.*")
        return {str(path.relative_to(dest)): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


@pytest.fixture
def world(simulator: Simulator, tmp_path: Path, s3: dict[str, str]) -> World:
    return World(simulator, tmp_path, s3)


def test_upload_as_in_the_guide(world: World) -> None:
    (sid,) = world.simulator.completed()
    run = world.run(sid)
    assert run.code == 0, run.output
    found = world.bucket()
    assert {name: one["sha256"] for name, one in found.items()} == {
        f"calls/{name}": sha256 for name, sha256 in world.archived(sid).items()
    }
    assert len(found) == 2
    for one in found.values():
        assert (one["encryption"], one["versions"], one["locked"]) == ("AES256", 1, True)
    assert run.result(LAST)["summary"]["deleted"] == 1
    again = world.run(sid)
    assert again.code == 0, again.output
    assert again.result(LAST)["changed"] is False
    assert {one["versions"] for one in world.bucket().values()} == {1}


def test_bucket_that_does_not_exist(world: World) -> None:
    (sid,) = world.simulator.completed()
    run = world.run(sid, archive_s3_bucket="another-bucket")
    assert run.code == 2
    message = run.result("Fail before anything is deleted")["msg"]
    assert message.startswith("The upload failed in the task 'Upload the files'. Nothing was deleted.")
    assert not world.simulator.requests(sid, "DELETE")
    assert world.run(sid).code == 0
    assert len(world.bucket()) == 2


def test_key_of_kms(world: World) -> None:
    (sid,) = world.simulator.completed()
    run = world.run(sid, archive_s3_kms_key="alias/calls")
    assert run.code == 0, run.output
    assert {one["encryption"] for one in world.bucket().values()} == {"aws:kms"}
    assert run.result(LAST)["summary"]["deleted"] == 1
