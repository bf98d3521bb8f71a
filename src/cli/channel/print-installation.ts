import { CHANNEL_NAMES } from "../../compose/channel-names.ts";
import { printJson } from "../print-json.ts";
import type { Terminal } from "../terminal.ts";

/** What `turnpike channel install` has done, and how to go on. */
export interface Installation {
  /** That were written. */
  readonly files: readonly string[];
  /** The base URL. */
  readonly url: string;
  /** Undefined when one is configured. */
  readonly apiKey: { readonly key: string; readonly file: string } | undefined;
  /** Undefined when one is configured. `key`: a new one, which is only known now. */
  readonly approver: { readonly key?: string; readonly file: string } | undefined;
  /** Starts Claude Code. */
  readonly command: string;
  readonly warnings: readonly string[];
}

/** For a person, who has read the warnings already, or for programs. */
export function printInstallation(
  { files, url, apiKey, approver, command, warnings }: Installation,
  isJson: boolean,
  terminal: Terminal,
): void {
  const listening = `${command} --dangerously-load-development-channels server:${CHANNEL_NAMES.SERVER_NAME}`;
  if (isJson) {
    printJson(
      {
        object: "channel.installation",
        files,
        base_url: url,
        api_key: apiKey?.key ?? null,
        api_key_file: apiKey?.file ?? null,
        approver_key: approver?.key ?? null,
        approver_key_file: approver?.file ?? null,
        command,
        command_with_channel: listening,
        warnings,
      },
      terminal,
    );
    return;
  }
  terminal.print(
    ...files.map((file, index) => `${index === 0 ? "Written:" : "        "} ${file}`),
    `Base URL ${url}`,
    apiKey ? `API key  ${apiKey.key} (${apiKey.file})` : "API key  the configured one",
    ...describeApprover(approver),
    "",
    "Start Claude Code with the channel:",
    "",
    `  ${command}`,
    "",
    "Where Claude Code's channels are open to you, it can listen to the channel itself; without, requests come through the inbox",
    "of the session, which needs Claude Code 2.1.224 or newer:",
    "",
    `  ${listening}`,
  );
}

function describeApprover(approver: Installation["approver"]): readonly string[] {
  if (!approver) return ["Approver the configured key"];
  const { key, file } = approver;
  if (key === undefined)
    return [`Approver the key that was shown when it was made (for a new one delete ${file})`];
  return [
    `Approver ${key}`,
    "         New, and shown only now. It must not be in Claude Code's environment, where whatever Claude runs can read it.",
  ];
}
