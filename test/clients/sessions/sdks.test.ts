import { describe, test } from "vitest";

import { agentsSession } from "./agents-session.ts";
import { aiSdkSession } from "./ai-sdk-session.ts";
import { langchainSession } from "./langchain-session.ts";
import { openaiChatSession, openaiResponsesSession } from "./openai-session.ts";
import { nameOf, playSession } from "./play-session.ts";
import { SILENCES } from "./session-model.ts";
import { OLDER_HAIKU, OLDER_SONNET, OPUS, SONNET } from "./session-models.ts";
import { shareSessionStage } from "./session-stage.ts";

const clients = [
  openaiChatSession("create"),
  openaiChatSession("stream"),
  openaiResponsesSession("stored"),
  openaiResponsesSession("not stored"),
  aiSdkSession("@ai-sdk/openai-compatible", "generateText"),
  aiSdkSession("@ai-sdk/openai-compatible", "streamText"),
  aiSdkSession("@ai-sdk/openai", "generateText"),
  aiSdkSession("@ai-sdk/openai", "streamText"),
  langchainSession("chat"),
  langchainSession("responses"),
  agentsSession("chat"),
  agentsSession("responses"),
];

const OTHERS = [OPUS, OLDER_HAIKU, OLDER_SONNET];

/** Each client with two models, each of them silent at another place. */
const sessions = clients.flatMap((client, index) =>
  [SONNET, OTHERS[index % OTHERS.length] ?? OPUS].map((model, position) => ({
    client,
    model,
    silence: SILENCES[(index + position) % SILENCES.length] ?? SILENCES[0],
  })),
);

const stage = shareSessionStage(
  sessions.map(({ client, ...session }) => nameOf(client.name, session)),
  { plays: "as-the-model" },
);

describe.concurrent("a session of four rounds with forced tools, a 429 and ten seconds of silence", () => {
  for (const { client, ...session } of sessions) {
    test(nameOf(client.name, session), { timeout: 200_000 }, ({ onTestFinished }) =>
      playSession(stage(), client, session, onTestFinished),
    );
  }
});
