import { RESTART_EXIT_CODE } from "../restart-exit-code.ts";
import type { ServiceDefinition } from "./service-definition.ts";

/**
 * A unit for the systemd of a user. What a value may hold and how it is quoted: systemd.syntax(7), systemd.service(5) for
 * ExecStart, systemd.unit(5) for the specifiers that `%` begins.
 */
export function formatSystemdUnit(service: ServiceDefinition): string {
  const [program = "", ...args] = service.command;
  const variables = Object.entries(service.environment).map(
    ([name, value]) => `Environment=${quote(`${name}=${value}`)}`,
  );
  return `[Unit]
Description=Turnpike, an OpenAI-compatible server in front of Claude Code

[Service]
ExecStart=${[quote(program), ...args.map(quoteArgument)].join(" ")}
WorkingDirectory=${escape(service.folder)}
${[...variables, `EnvironmentFile=-${escape(service.environmentFile)}`].join("\n")}
StandardOutput=append:${escape(service.outputFile)}
StandardError=inherit
UMask=0077
Restart=on-failure
RestartForceExitStatus=${RESTART_EXIT_CODE}
SuccessExitStatus=${RESTART_EXIT_CODE}
KillMode=mixed
TimeoutStopSec=${service.stopSeconds}

[Install]
WantedBy=default.target
`;
}

/** An argument of ExecStart, where variables are put in, too. */
function quoteArgument(text: string): string {
  return quote(text).replaceAll("$", () => "$$");
}

function quote(text: string): string {
  const escaped = text
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll("\n", "\\n")
    .replaceAll("\t", "\\t");
  return `"${escape(escaped)}"`;
}

/** A percent sign begins a specifier. */
function escape(text: string): string {
  return text.replaceAll("%", "%%");
}
