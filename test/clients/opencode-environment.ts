import type { DeadEnd } from "./start-dead-end.ts";

/** opencode with settings of its own, and nobody else to call. */
export function opencodeEnvironment(home: string, internet: DeadEnd): Readonly<Record<string, string>> {
  return {
    HOME: home,
    OPENCODE_DISABLE_MODELS_FETCH: "1",
    OPENCODE_DISABLE_AUTOUPDATE: "1",
    OPENCODE_DISABLE_LSP_DOWNLOAD: "1",
    // It would install its plugin package in the background.
    npm_config_offline: "true",
    ...internet.environment,
  };
}
