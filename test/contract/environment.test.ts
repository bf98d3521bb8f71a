import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { reply, text, toolUse } from "../../src/demo/build-reply.ts";
import { systemPromptOf, toolNamesOf } from "../upstream/read-request.ts";
import { runTurn, shareClaude, textOf } from "./share-claude.ts";

const claude = shareClaude();

describe("a session without tools", () => {
  test("offers none, not even one to search for tools, and sends only the client's system text", async () => {
    const { start, model, chat } = claude();
    const session = await start(chat({ model: "claude-opus-5", systemText: "Be brief." }));
    await runTurn(session, "hello");
    const request = await model.waitForRequest(1);
    expect(toolNamesOf(request)).toEqual([]);
    expect(systemPromptOf(request)).toBe("Be brief.");
    await session.close();
  });

  test("reads no settings and no memory of the workspace", async () => {
    const { start, model, chat, folder } = claude();
    const workspace = join(folder, "remembering");
    await mkdir(workspace);
    await writeFile(join(workspace, "CLAUDE.md"), "Always say cheese.");
    const session = await start(chat({ workspace }));
    await runTurn(session, "hello");
    expect(JSON.stringify((await model.waitForRequest(1)).body)).not.toContain("cheese");
    await session.close();
  });
});

describe("a session with Claude Code's own tools", () => {
  test("reads the memory of its workspace where the profile says so", async () => {
    const { start, model, agent, folder } = claude();
    const workspace = join(folder, "remembered");
    await mkdir(workspace);
    await writeFile(join(workspace, "CLAUDE.md"), "Always say cheese.");
    const session = await start(agent({ workspace, kind: { ...agent().kind, settingSources: ["project"] } }));
    await runTurn(session, "hello");
    expect(JSON.stringify((await model.waitForRequest(1)).body)).toContain("cheese");
    await session.close();
  });

  test("works in its workspace, edits there without asking, and leaves no trace among the person's sessions", async () => {
    const { start, model, agent, workspace, configFolder } = claude();
    const session = await start(agent());
    model.respondWith([
      reply({
        blocks: [
          toolUse("Write", { file_path: join(workspace, "new.txt"), content: "new" }, { id: "toolu_w" }),
        ],
      }),
      text("Written."),
    ]);
    const events = await runTurn(session, "write");
    expect(events.filter((event) => event.type === "activity-end")).toMatchObject([
      { activityId: "toolu_w", isError: false },
    ]);
    expect(textOf(events)).toBe("Written.");
    expect(await readdir(workspace)).toContain("new.txt");
    // No reminder of how many tokens are left stands among the tool's results.
    expect(JSON.stringify((await model.waitForRequest(2)).body.messages)).not.toContain("total_tokens");
    await session.close();
    const files = await readdir(configFolder, { recursive: true });
    expect(files.filter((name) => name.endsWith(".jsonl"))).toEqual([]);
  });

  test("is denied what a person would have to allow", async () => {
    const { start, model, agent, folder } = claude();
    const session = await start(agent());
    const outside = join(folder, "outside.txt");
    model.respondWith([
      reply({ blocks: [toolUse("Write", { file_path: outside, content: "new" }, { id: "toolu_out" })] }),
      text("Denied."),
    ]);
    const events = await runTurn(session, "write");
    expect(events).toContainEqual(
      expect.objectContaining({ type: "activity-end", activityId: "toolu_out", isError: true }),
    );
    expect(textOf(events)).toBe("Denied.");
    expect(await readdir(folder)).not.toContain("outside.txt");
    await session.close();
  });

  test("has all tools in sight, and none that goes on after the turn", async () => {
    const { start, model, agent } = claude();
    const session = await start(agent());
    await runTurn(session, "hello");
    const request = await model.waitForRequest(1);
    expect(toolNamesOf(request)).toEqual(expect.arrayContaining(["Bash", "Edit", "Read", "Write"]));
    expect(JSON.stringify(request.body.tools)).not.toContain("run_in_background");
    await session.close();
  });
});
