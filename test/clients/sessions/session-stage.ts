import { beforeAll, expect } from "vitest";
import * as zod from "zod";

import type { ScriptedModelOptions } from "../../../src/demo/scripted-model.ts";
import type { Responder } from "../../../src/demo/script.ts";
import { principalOfKey } from "../../../src/service/access/configured-keys.ts";
import { collectLog } from "../../integration/collect-log.ts";
import { shareTurnpike } from "../../integration/share-turnpike.ts";
import type { Turnpike, TurnpikeOptions } from "../../integration/start-turnpike.ts";
import { OLDER_HAIKU, OLDER_SONNET } from "./session-models.ts";
import { isOf, playSessions } from "./session-model.ts";

/** A line of the log: one request. */
const lineSchema = zod.looseObject({
  event: zod.string(),
  principal: zod.optional(zod.string()),
  path: zod.optional(zod.string()),
  ignored: zod.optional(zod.array(zod.string())),
  errorKind: zod.optional(zod.string()),
});
export type LogLine = zod.infer<typeof lineSchema>;

/** One server and one model for sessions that run at once, each with an API key of its own. */
export interface SessionStage {
  readonly turnpike: Turnpike;
  /** The model plays these; a session adds its own. */
  readonly scripts: Map<string, Responder>;
  apiKeyOf(sessionName: string): string;
  /** What the client of this session sent to the server so far. */
  requestsOf(sessionName: string): readonly LogLine[];
}

/** Ask for it inside a test. At the end the tests fail if a request reached the model that belongs to no session. */
export function shareSessionStage(
  sessionNames: readonly string[],
  modelOptions: Pick<ScriptedModelOptions, "plays"> = {},
  environment: NonNullable<TurnpikeOptions["environment"]> = {},
): () => SessionStage {
  const log = collectLog();
  const scripts = new Map<string, Responder>();
  const shared = shareTurnpike(
    {
      flags: {
        "auth.apiKeys": sessionNames.map(apiKeyOf),
        // As many as run at once: none has to leave for another.
        "sessions.maxSessions": "16",
        "server.keepAlive": "2s",
      },
      configFile: {
        models: Object.fromEntries(
          [OLDER_HAIKU, OLDER_SONNET].map(({ id, realId }) => [id, { profile: "chat", model: realId }]),
        ),
      },
      environment,
      logger: log.logger,
    },
    modelOptions,
  );
  beforeAll(() => {
    const { upstream } = shared();
    upstream.respondWith(playSessions(scripts));
    return () => {
      const strange = upstream.requests.filter(
        (request) => !sessionNames.some((name) => isOf(request, name)),
      );
      expect(strange.map(({ body }) => body)).toEqual([]);
    };
  });
  return () => ({
    turnpike: shared(),
    scripts,
    apiKeyOf,
    requestsOf(sessionName) {
      const principal = principalOfKey(apiKeyOf(sessionName));
      const lines = log.text.split("\n").filter((line) => line.includes(principal));
      return lines
        .map((line) => lineSchema.parse(JSON.parse(line)))
        .filter(({ event, path }) => event === "request.completed" && path?.startsWith("/v1/"));
    },
  });
}

function apiKeyOf(sessionName: string): string {
  return `tp-key-of-the-session-${sessionName}`;
}
