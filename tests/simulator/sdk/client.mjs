// Copyright (c) 2026 voiceops.telnyx contributors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// The vendor's Node SDK as a client: `client.mjs BASE_URL`. It is asked, and answers, as client.py says.

import { createRequire } from "node:module";
import { createInterface } from "node:readline";

// Only this looks into NODE_PATH. The SDK is not installed beside this file.
const { Telnyx, APIError } = createRequire(import.meta.url)("telnyx");

const methods = ({ connections, texml: { accounts } }) => ({
  StartTeXMLCallRecording: ({ call_sid, ...rest }) => accounts.calls.recordingsJson.recordingsJson(call_sid, rest),
  FetchTeXMLCallRecordings: ({ call_sid, ...rest }) =>
    accounts.calls.recordingsJson.retrieveRecordingsJson(call_sid, rest),
  UpdateTeXMLCallRecording: ({ recording_sid, ...rest }) =>
    accounts.calls.recordings.recordingSidJson(recording_sid, rest),
  // The types of this one have Page, but not the PageToken without which it means nothing.
  GetTeXMLCallRecordings: ({ account_sid, ...query }) => accounts.retrieveRecordingsJson(account_sid, query),
  GetTeXMLCallRecording: ({ recording_sid, ...rest }) =>
    accounts.recordings.json.retrieveRecordingSidJson(recording_sid, rest),
  DeleteTeXMLCallRecording: ({ recording_sid, ...rest }) =>
    accounts.recordings.json.deleteRecordingSidJson(recording_sid, rest),
  FetchTeXMLConferenceRecordings: ({ conference_sid, ...rest }) =>
    accounts.conferences.retrieveRecordingsJson(conference_sid, rest),
  GetTexmlConferenceRecordings: ({ conference_sid, ...rest }) =>
    accounts.conferences.retrieveRecordings(conference_sid, rest),
  GetTeXMLRecordingTranscriptions: ({ account_sid, ...query }) =>
    accounts.retrieveTranscriptionsJson(account_sid, query),
  GetTeXMLRecordingTranscription: ({ recording_transcription_sid, ...rest }) =>
    accounts.transcriptions.json.retrieveRecordingTranscriptionSidJson(recording_transcription_sid, rest),
  DeleteTeXMLRecordingTranscription: ({ recording_transcription_sid, ...rest }) =>
    accounts.transcriptions.json.deleteRecordingTranscriptionSidJson(recording_transcription_sid, rest),
  GetTexmlCalls: ({ account_sid, ...query }) => accounts.calls.retrieveCalls(account_sid, query),
  GetTexmlCall: ({ call_sid, ...rest }) => accounts.calls.retrieve(call_sid, rest),
  // The page object of the SDK holds the client; what the service sent is its data and meta.
  ListConnectionActiveCalls: async ({ connection_id, ...query }) => {
    const { data, meta } = await connections.listActiveCalls(connection_id, query);
    return { data, meta };
  },
  GetTexmlConferences: ({ account_sid, ...query }) => accounts.conferences.retrieveConferences(account_sid, query),
  GetTexmlConference: ({ conference_sid, ...rest }) => accounts.conferences.retrieve(conference_sid, rest),
  GetTexmlConferenceParticipants: ({ conference_sid, ...rest }) =>
    accounts.conferences.participants.retrieveParticipants(conference_sid, rest),
  GetTexmlConferenceParticipant: ({ call_sid_or_participant_label, ...rest }) =>
    accounts.conferences.participants.retrieve(call_sid_or_participant_label, rest),
});

async function answer(baseURL, { operation, arguments: named, api_key }) {
  const client = new Telnyx({ baseURL, apiKey: api_key, maxRetries: 0, timeout: 10000 });
  try {
    return { returned: await methods(client)[operation](named) };
  } catch (error) {
    if (!(error instanceof APIError)) throw error;
    return { raised: error.constructor.name, status: error.status, body: error.error };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await answer(process.argv[2], JSON.parse(line))));
}
