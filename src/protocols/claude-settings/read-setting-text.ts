import { assertNever } from "../../lib/assert-never.ts";
import { readJson } from "../../lib/read-json.ts";
import type { SettingName } from "./setting-schemas.ts";

type Form = "text" | "list" | "number" | "flag";

const FORMS: Readonly<Record<SettingName, Form>> = {
  workingDirectory: "text",
  additionalDirectories: "list",
  permissionMode: "text",
  builtinTools: "text",
  allowedTools: "list",
  disallowedTools: "list",
  maxTurns: "number",
  maxBudgetUsd: "number",
  mcpServers: "list",
  isolation: "text",
  command: "text",
  approvals: "text",
  includeFiles: "flag",
  activity: "text",
  timeoutMs: "number",
};

/** The JSON value of a header or an entry of `metadata`. Text that is no such value stays text, for the schema to refuse. */
export function readSettingText(name: SettingName, given: string): unknown {
  const text = given.trim();
  const form = FORMS[name];
  switch (form) {
    case "text":
      return text;
    case "number":
      return /^\d+(\.\d+)?$/.test(text) ? Number(text) : text;
    case "flag":
      return /^(true|false)$/i.test(text) ? text.toLowerCase() === "true" : text;
    case "list":
      return text.startsWith("[") ? (readJson(text) ?? text) : splitAtCommas(text);
    default:
      return assertNever(form);
  }
}

/** A comma inside a rule's parentheses is part of the rule: `Read, Bash(git log -n 1, *)`. */
function splitAtCommas(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === "(") depth += 1;
    else if (character === ")") depth = Math.max(0, depth - 1);
    else if (character === "," && depth === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}
