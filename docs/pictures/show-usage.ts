import { text } from "../../src/demo/build-reply.ts";
import { asAda, fromLine } from "./as-ada.ts";
import type { Home } from "./open-home.ts";
import type { ScreenLine } from "./read-screen.ts";
import { serveScripted } from "./serve-scripted.ts";

const QUESTIONS = ["What does this project do?", "In which language?", "Who wrote it?"];

/** Of three models, after some turns. */
export async function showUsage(home: Home): Promise<readonly ScreenLine[]> {
  const { model, ask, close } = await serveScripted(home);
  try {
    model.respondWith(() => text("It serves the files of a folder, and is written in TypeScript."));
    for (const [index, id] of ["opus", "sonnet", "haiku"].entries()) {
      for (const content of QUESTIONS.slice(index)) await ask(id, [{ role: "user", content }]);
    }
    const usage = home.run(["usage", "--by", "model", "--utc"], { columns: 110 });
    await usage.untilEnded();
    return asAda(fromLine(usage.lines, /Model/), home);
  } finally {
    await close();
  }
}
