# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    # The options that select calls, of the module call_info and of the inventory calls.
    DOCUMENTATION = r"""
options:
  call_sid:
    description:
      - The calls to fetch.
      - If one of them does not exist, the task fails, and returns the others. The API keeps a call for 30 days after its end.
      - Only one of O(call_sid), O(connection_id), O(conference_sid) and O(conference) can be set. Without any of them, the
        account's list of calls is searched.
    type: list
    elements: str
  connection_id:
    description:
      - The connection, such as a TeXML application, whose live calls to find.
    type: str
  conference_sid:
    description:
      - The conference whose live calls to find.
    type: str
  conference:
    description:
      - The name of a conference in progress whose live calls to find.
      - If no conference in progress has this name, or more than one has, the task fails.
    type: str
  status:
    description:
      - Only calls with one of these statuses.
    type: list
    elements: str
    choices: [ringing, in-progress, canceled, completed, failed, busy, no-answer]
  live:
    description:
      - Only calls that are live, or only calls that have ended.
      - A connection and a conference list live calls only, so there it can only be V(true).
      - The account's list of calls is eventually consistent. With V(true) it is read from two days back, and a warning is issued.
    type: bool
  from:
    description:
      - Only calls from this number or SIP address.
    type: str
  to:
    description:
      - Only calls to this number or SIP address.
    type: str
  direction:
    description:
      - Only calls of this direction.
    type: str
    choices: [inbound, outbound]
  started:
    description:
      - Only calls that started at this time.
      - A date such as V(2026-11-22), which is a day in UTC, or a date and time such as V(2026-11-22T10:00:00Z) or
        V(2026-11-22T12:00:00+02:00).
      - The prefix V(>=), V(<=), V(>) or V(<) selects calls since, until, after or before it.
    type: str
  ended:
    description:
      - Only calls that ended at this time, in the form of O(started).
    type: str
  one_leg_per_session:
    description:
      - Return one leg of each session, so that a conversation is recorded once.
      - It is the inbound leg, or else the oldest. The filters are applied to it.
      - A conversation with several legs is left out, with a warning, if not enough is known to choose the same leg each time,
        for example because the details of one could not be fetched.
      - Only with O(connection_id), where the default is V(true). Elsewhere the API does not report sessions.
    type: bool
  details:
    description:
      - Fetch each live call whose numbers its list does not report, with one request for each.
      - A call that does not exist by then has ended meanwhile. It is left out.
      - Filters other than O(live) need it for the calls of a connection and of a conference.
    type: bool
    default: true
  recordings:
    description:
      - Return the recordings of each call, too.
      - They are fetched call by call, or with the account's list of recordings, whichever takes fewer requests.
    type: bool
    default: false
  limit:
    description:
      - The maximum number of calls to return, at least 1.
    type: int
  max_concurrency:
    description:
      - The maximum number of requests at the same time, from 1 to 128.
    type: int
    default: 8
"""
