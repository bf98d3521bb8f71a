import { dirname, isAbsolute, resolve } from "node:path";

import type { JsonObject } from "../../../core/words/client-tool.ts";
import { isInside } from "../../../lib/is-inside.ts";
import type { PermissionUpdate } from "../claude-messages.ts";

type Rule = Extract<PermissionUpdate, { type: "addRules" }>["rules"][number];

const FILE_TOOLS: ReadonlySet<string> = new Set(["Write", "Edit", "NotebookEdit"]);

/**
 * What "always" would allow from now on, as rules in Claude Code's words. Its own suggestions serve where they are rules; for
 * edits it suggests a wider permission mode, where a rule for the folder does.
 */
export function alwaysRules(
  toolName: string,
  input: JsonObject,
  suggestions: readonly PermissionUpdate[],
  workspace: string,
): readonly string[] {
  if (FILE_TOOLS.has(toolName)) {
    const path = input["file_path"] ?? input["notebook_path"];
    return typeof path === "string" ? [editsInside(folderOf(path, workspace))] : [];
  }
  const rules = suggestions.flatMap((update) => {
    if (update.type === "addRules" && update.behavior === "allow") return update.rules.map(formatRule);
    // A command that writes somewhere else: without this it would be asked about again.
    if (update.type === "addDirectories") {
      return update.directories.filter((folder) => !isInside(folder, workspace)).map(editsInside);
    }
    return [];
  });
  return [...new Set(rules)];
}

/** The rules as Claude Code takes them back, for as long as its process lives. */
export function asSessionUpdate(rules: readonly string[]): PermissionUpdate {
  return { type: "addRules", rules: rules.map(parseRule), behavior: "allow", destination: "session" };
}

/** The workspace for all that is in it, else the folder of the file. */
function folderOf(path: string, workspace: string): string {
  const absolute = isAbsolute(path) ? path : resolve(workspace, path);
  return isInside(absolute, workspace) ? workspace : dirname(absolute);
}

/** It covers Write too. */
function editsInside(folder: string): string {
  return `Edit(${rulePath(folder)}/**)`;
}

/** An absolute path as rules have it: it begins with two slashes. */
export function rulePath(path: string): string {
  const slashed = path.replaceAll("\\", "/");
  return `${slashed.startsWith("/") ? "/" : "//"}${slashed}`;
}

function formatRule({ toolName, ruleContent }: Rule): string {
  return ruleContent === undefined ? toolName : `${toolName}(${ruleContent})`;
}

function parseRule(rule: string): Rule {
  const open = rule.indexOf("(");
  if (open === -1 || !rule.endsWith(")")) return { toolName: rule };
  return { toolName: rule.slice(0, open), ruleContent: rule.slice(open + 1, -1) };
}
