import { httpError } from "../../src/demo/build-fault.ts";
import { reply, text, toolUse } from "../../src/demo/build-reply.ts";
import { asAda, fromLine } from "./as-ada.ts";
import type { Home } from "./open-home.ts";
import type { ScreenLine } from "./read-screen.ts";
import { serveScripted } from "./serve-scripted.ts";

export async function showLog(home: Home): Promise<readonly ScreenLine[]> {
  const { server, model, ask, close } = await serveScripted(home, 110);
  try {
    model.respondWith(text("It serves the files of a folder."));
    const messages = [{ role: "user", content: "What does this project do?" }];
    const first = await ask("sonnet", messages);
    await ask("sonnet", [...messages, first, { role: "user", content: "In which language?" }]);
    model.respondWith([
      reply({ blocks: [toolUse("Bash", { command: "ls" })] }),
      text("There is nothing in it yet."),
    ]);
    await ask("claude-code", [{ role: "user", content: "What is in the project?" }]);
    await ask("gpt-9", messages);
    model.respondWith(httpError(429, { message: "This request would exceed your account's rate limit." }));
    await ask("opus", messages);
    await server.untilShows(/ 429 opus/);
    return asAda(fromLine(server.lines, /^\d\d:\d\d:\d\d POST /), home);
  } finally {
    await close();
  }
}
