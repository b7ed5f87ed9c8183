# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this package is private to this collection and can change at any time.

"""What users read about an archive."""

from __future__ import annotations

LOCKED = "Another task has been using the archive {} for {} seconds (wait_timeout). Nothing was archived or deleted."
WAITING = "another task has been using the archive for {:.0f} seconds"
PROGRESS = "{} done, {} left, {:.1f} MB, {:.1f} MB/s{}"
TO_GO = ", {:.0f} seconds to go"
ALTERED_LOG = "{} was altered: line {} does not continue the line before. Nothing was archived or deleted. Restore the log from a copy."
HOLD = "The hold file {} cannot be read ({}), so nothing is deleted."
NO_SID = "The API lists a recording without a SID, which cannot be archived."
NOT_COMPLETED = "The recording is still {} after {} seconds (wait_timeout)."
NO_AUDIO = "The recording is {}, and has no audio that could be archived."
NO_STATE = "The API reports no status of the recording."
CONFLICT = "{} is of another recording, or is not what the API reports ({}). Nothing was overwritten; move it away, and run the task again."
NO_SIDECAR = "{} is not a sidecar ({}). Nothing was overwritten; move it away, and run the task again."
OTHER_AUDIO = "{} is there and has other audio (SHA-256 {}, not {}). Nothing was overwritten; move it away, and run the task again."
ALTERED = "{} was altered: {} bytes with SHA-256 {}, not {} bytes with {}."
MISSING = "{} is missing."
MANIFEST = "The manifest {} cannot be read."
OTHER_DIGEST = "{} was altered: it has SHA-256 {}, not {}."
EXTRA = "{} was not archived by this collection, or is not in its log."
RESIZED = "{} has {} bytes, not the {} that were archived."
NO_PAGE = "The page could not be written: {}. What was archived is whole."
UNWRITABLE = "Nothing could be written: {}."
STOPPED = "{} The task stopped. What was archived is whole, and the next run goes on."
NO_CALLS = "{} recordings have no numbers: the API no longer has their calls, which it keeps for 30 days."
OTHER_DURATION = "{} recordings are not as long as the API reports, to within a second, and are not deleted: {}."
NOT_DELETED = "{} Nothing was deleted."
MEASURED = "The duration is {} as measured, and {} as the API reports it, which is not within a second."
STILL_THERE = "The API took the deletion, and still has the recording. The next run tries again."
WITHOUT_FILES = "Its local files were removed (keep), so they cannot be verified."
UPLOAD_DIFFERS = "{} was uploaded with {} bytes and SHA-256 {}, and has {} bytes and {}."
UPLOAD_UNKNOWN = "{} is not a file of the archive."
EXAMINED = "{} of {} files are not as they were archived: {}."
SEALED_LATER = (
    "{} recordings of {} were archived after the month was sealed: {}. Move the bag away to seal the month again."
)
NOTHING_TO_SEAL = "The archive has no recordings of {}."
