import type { CommandContext } from "../command-context.ts";
import { ownProgram } from "../own-command.ts";
import { CLIENTS } from "./clients.ts";
import type { ClientPlace } from "./client-place.ts";
import type { Target } from "./target.ts";

const NOBODY: Target["model"] = { id: "sonnet", contextTokens: 0, maxOutputTokens: 0 };

/** Only to learn where each client keeps its settings: nothing of it is shown. */
const ANY_TARGET: Target = {
  url: "http://127.0.0.1",
  apiUrl: "http://127.0.0.1/v1",
  key: { value: "" },
  models: [NOBODY],
  areModelsTold: false,
  model: NOBODY,
  smallModel: NOBODY,
  isDefault: true,
};

/** The clients with the file that connecting writes. */
export function describeClients(
  place: ClientPlace,
  isJson: boolean,
  context: Pick<CommandContext, "environment">,
): readonly string[] {
  const rows = CLIENTS.map((client) => {
    const path = client.plan(ANY_TARGET, place).files?.[0]?.path;
    return {
      name: client.name,
      title: client.title,
      file: path ?? null,
      documentation: client.documentation,
    };
  });
  if (isJson) return JSON.stringify(rows, undefined, 2).split("\n");
  const lines = rows.map(
    ({ name, title, file }) =>
      `  ${name.padEnd(12)} ${title.padEnd(24)} ${file ?? "prints the steps and values"}`,
  );
  return [`${ownProgram(context)} connect <client>`, "", ...lines];
}
