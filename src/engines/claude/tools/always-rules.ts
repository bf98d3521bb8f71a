import { dirname, isAbsolute, resolve } from "node:path";

import type { JsonObject } from "../../../core/words/client-tool.ts";
import { isInside } from "../../../lib/is-inside.ts";
import type { PermissionUpdate } from "../claude-messages.ts";

type Rule = Extract<PermissionUpdate, { type: "addRules" }>["rules"][number];

const FILE_TOOLS: ReadonlySet<string> = new Set(["Write", "Edit", "NotebookEdit"]);

/**
 * What "always" would allow from now on, as rules in Claude Code's words. Claude Code's own suggestions are used where they are
 * rules. For edits it suggests a wider permission mode, where a rule for the folder is enough.
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
    // A command that writes somewhere else would be asked about again without this rule.
    if (update.type === "addDirectories") {
      return update.directories.filter((folder) => !isInside(folder, workspace)).map(editsInside);
    }
    return [];
  });
  return [...new Set(rules)];
}

/** The rules in the form in which Claude Code takes them back, for as long as its process lives. */
export function asSessionUpdate(rules: readonly string[]): PermissionUpdate {
  return { type: "addRules", rules: rules.map(parseRule), behavior: "allow", destination: "session" };
}

/** The workspace for everything in it, otherwise the folder of the file. */
function folderOf(path: string, workspace: string): string {
  const absolute = isAbsolute(path) ? path : resolve(workspace, path);
  return isInside(absolute, workspace) ? workspace : dirname(absolute);
}

/** A rule for `Edit` covers Write too. */
function editsInside(folder: string): string {
  return `Edit(${rulePath(folder)}/**)`;
}

/** An absolute path in the form that rules have: it begins with two slashes. */
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
