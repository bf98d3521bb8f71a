import { expect, test } from "vitest";

import { text } from "../../src/demo/build-reply.ts";
import { systemPromptOf } from "../upstream/read-request.ts";
import { ask } from "./ask.ts";
import { makeFolder, startTurnpike } from "./start-turnpike.ts";

test("a profile of the config file is a model id, with any of the account's models behind it", async () => {
  const workspace = await makeFolder();
  const turnpike = await startTurnpike({
    configFile: {
      mcpServers: {
        crm: { url: "http://127.0.0.1:9/mcp", headers: { Authorization: "Bearer ${CRM_TOKEN}" } },
      },
      profiles: {
        reviewer: {
          model: "opus",
          permissionMode: "plan",
          workspace,
          maxTurns: 7,
          environment: { HELLO: "x" },
        },
      },
      requests: { permissionModes: ["default"] },
    },
    environment: { CRM_TOKEN: "t0ken" },
  });
  const { upstream, openai } = turnpike;
  upstream.respondWith(() => text("Reviewed."));

  const listed = await Array.fromAsync(openai.models.list());
  const ids = listed.map(({ id }) => id);
  expect(ids).toEqual(
    expect.arrayContaining(["claude-code", "reviewer", "reviewer/opus", "claude-code/haiku"]),
  );
  expect(ids.filter((id) => /^(chat|sonnet|default|crm)\//.test(id))).toEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
  expect(await openai.models.retrieve("reviewer/haiku")).toMatchObject({
    id: "reviewer/haiku",
    claude: {
      profile: "reviewer",
      model: "haiku",
      permission_mode: "plan",
      max_turns: 7,
      request_overrides: { permission_modes: ["default", "plan", "dontAsk"], mcp_servers: "remote" },
    },
  });
  expect(JSON.stringify(listed)).not.toMatch(new RegExp(`t0ken|${workspace}`));

  const models: unknown[] = [];
  for (const model of ["reviewer", "reviewer/claude-sonnet-4-5:a-talk", "claude-code/haiku"]) {
    await ask(turnpike, `Review, ${model}.`, { model });
    const last = upstream.requests.at(-1);
    models.push(last?.body["model"]);
    // Claude Code tells the model where it works.
    expect(JSON.stringify(last?.body)).toContain(
      model.startsWith("reviewer") ? workspace : turnpike.workspace,
    );
    expect(last && systemPromptOf(last)).toContain("Claude Code");
  }
  expect(models).toEqual([
    expect.stringContaining("opus"),
    "claude-sonnet-4-5",
    // In the mode `plan` Claude Code itself would take Sonnet instead.
    expect.stringContaining("haiku"),
  ]);
  await expect(ask(turnpike, "Hello", { model: "reviewer/gpt-4o" })).rejects.toMatchObject({
    status: 404,
    code: "model_not_found",
  });
});
