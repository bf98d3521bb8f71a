import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { reply, text, textBlock, toolUse } from "../../src/demo/build-reply.ts";
import { startScriptedModel } from "../../src/demo/scripted-model.ts";
import { asAda, fromLine } from "./as-ada.ts";
import type { Home } from "./open-home.ts";
import type { ScreenLine } from "./read-screen.ts";

const SOURCE = "const port = 3000;\n";

/** Two questions: one is answered at once, for the other Claude Code looks and asks. */
export async function showChat(home: Home): Promise<readonly ScreenLine[]> {
  const file = join(home.project, "server.ts");
  writeFileSync(file, SOURCE);
  writeFileSync(home.configFile, JSON.stringify({ profiles: { careful: { permissionMode: "default" } } }));
  const model = await startScriptedModel();
  try {
    model.respondWith([
      text("It is a small web server: server.ts listens on a port."),
      reply({ blocks: [textBlock("Let me look."), toolUse("Read", { file_path: file })] }),
      reply({
        blocks: [toolUse("Edit", { file_path: file, old_string: "3000", new_string: "8080" })],
      }),
      text("It listens on 8080 now."),
    ]);
    const chat = home.run(["chat", "--id", "careful", "--conversation", "port"], {
      environment: { ANTHROPIC_BASE_URL: model.url, ANTHROPIC_API_KEY: "sk-ant-sample" },
    });
    await chat.untilShows(/\n>$/);
    chat.type("What is this project?");
    await chat.untilShows(/listens on a port\.[^]*\n>$/);
    chat.type("Let it listen on 8080.");
    await chat.untilShows(/then Enter:\s*$/);
    chat.type("y");
    await chat.untilShows(/on 8080 now\.[^]*\n>$/);
    const { lines } = chat;
    await chat.stop();
    return asAda(fromLine(lines, /^Turnpike .* conversation port/), home);
  } finally {
    await model.close();
  }
}
