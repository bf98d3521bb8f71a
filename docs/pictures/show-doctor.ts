import { asAda, trimmed } from "./as-ada.ts";
import type { Home } from "./open-home.ts";
import type { ScreenLine } from "./read-screen.ts";

/** As it is with a key of Anthropic's, after a first start. */
export async function showDoctor(home: Home): Promise<readonly ScreenLine[]> {
  const server = home.run(["--demo"]);
  await server.untilShows(/Claude Code is ready/);
  await server.stop();
  const doctor = home.run(["doctor", "--port", "4141"], {
    environment: { ANTHROPIC_API_KEY: "sk-ant-sample" },
  });
  await doctor.untilEnded();
  return asAda(trimmed(doctor.lines), home);
}
