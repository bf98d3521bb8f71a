import type { ServiceDefinition } from "./service-definition.ts";

/** A job for launchd, as launchd.plist(5) has it. */
export function formatLaunchdPlist(label: string, service: ServiceDefinition): string {
  const entries = [
    ["Label", text(label)],
    ["ProgramArguments", tag("array", service.command.map(text))],
    ["WorkingDirectory", text(service.folder)],
    [
      "EnvironmentVariables",
      tag(
        "dict",
        Object.entries(service.environment).flatMap(([name, value]) => [key(name), text(value)]),
      ),
    ],
    ["StandardOutPath", text(service.outputFile)],
    ["StandardErrorPath", text(service.outputFile)],
    // 0077.
    ["Umask", "<integer>63</integer>"],
    ["RunAtLoad", "<true/>"],
    // A server that has ended in order stays ended; one that crashed, or is to be restarted, has not.
    ["KeepAlive", tag("dict", [key("SuccessfulExit"), "<false/>"])],
    ["ExitTimeOut", `<integer>${service.stopSeconds}</integer>`],
  ] as const;
  const body = tag(
    "dict",
    entries.flatMap(([name, value]) => [key(name), value]),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
${body}
</plist>
`;
}

function tag(name: string, children: readonly string[]): string {
  const inner = children.flatMap((child) => child.split("\n")).map((line) => `  ${line}`);
  return [`<${name}>`, ...inner, `</${name}>`].join("\n");
}

function key(name: string): string {
  return `<key>${escape(name)}</key>`;
}

function text(value: string): string {
  return `<string>${escape(value)}</string>`;
}

/** A line break would be taken for the form of the file. */
function escape(value: string): string {
  return value
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("\n", "&#10;");
}
