import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { reply, text, toolUse } from "../../src/demo/build-reply.ts";
import { asAda, fromLine } from "./as-ada.ts";
import type { Home } from "./open-home.ts";
import type { ScreenLine } from "./read-screen.ts";
import { serveScripted } from "./serve-scripted.ts";

const BEFORE =
  'import { createServer } from "node:http";\n\nconst port = 3000;\ncreateServer(answer).listen(port);\n';
const OLD = "const port = 3000;";
const NEW = "const port = Number(process.env.PORT ?? 3000);";
const COMMAND = "npm run build &&\n  npm test -- --reporter=dot\ngit add -A";

export async function showApprovals(home: Home): Promise<readonly ScreenLine[]> {
  const file = join(home.project, "server.ts");
  writeFileSync(file, BEFORE);
  writeFileSync(home.configFile, JSON.stringify({ profiles: { careful: { permissionMode: "default" } } }));
  const { server, model, ask, close } = await serveScripted(home);
  try {
    model.respondWith([
      reply({ blocks: [toolUse("Read", { file_path: file })] }),
      reply({ blocks: [toolUse("Edit", { file_path: file, old_string: OLD, new_string: NEW })] }),
      reply({
        blocks: [toolUse("Bash", { command: COMMAND, description: "Build, test and stage the change" })],
      }),
      text("The port can be set now."),
    ]);
    const asked = ask("careful:port-setting", [{ role: "user", content: "Let me set the port." }]);
    await server.untilShows(/then Enter:\n?$/);
    server.type("y");
    await server.untilShows(/it was allowed\.[^]*then Enter:\n?$/);
    const lines = server.lines;
    server.type("n");
    await asked;
    return asAda(fromLine(lines, /asks for your approval/), home);
  } finally {
    await close();
  }
}
