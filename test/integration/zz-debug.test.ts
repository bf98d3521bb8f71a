import { join } from "node:path";
import { expect, test } from "vitest";
import { reply, text, toolUse } from "../../src/demo/build-reply.ts";
import { respond } from "./respond.ts";
import { startTurnpike } from "./start-turnpike.ts";

test("stop", async () => {
  const t = await startTurnpike({ flags: { "auth.clientsMayApprove": "true", "server.drain": process.env["DRAIN"] ?? "8s" }, configFile: { profiles: { asking: { permissionMode: "default" } } } });
  t.upstream.respondWith(({ body }) => JSON.stringify(body.messages.at(-1)).includes("tool_result") ? text("Done.") : reply({ blocks: [toolUse("Write", { file_path: join(t.workspace, "a"), content: "x" })] }));
  const r = await respond(t, "Work", { model: "asking" });
  console.log(r.body.output, t.health());
  const at = performance.now();
  await t.stop();
  console.log("stopped", performance.now() - at);
}, 100_000);
