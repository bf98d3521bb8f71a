import { asAda, trimmed } from "./as-ada.ts";
import type { Home } from "./open-home.ts";
import type { ScreenLine } from "./read-screen.ts";

export async function showStart(home: Home): Promise<readonly ScreenLine[]> {
  const server = home.run(["--demo"]);
  await server.untilShows(/Claude Code is ready/);
  return asAda(trimmed(server.lines), home);
}
