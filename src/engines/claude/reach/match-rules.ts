import { standsInOrder } from "./stands-in-order.ts";

/** Whether rules allow every call of a tool, wherever it reads. */
export function allowsTool(rules: readonly string[], toolName: string): boolean {
  return rules.some((rule) => rule === toolName || rule === `${toolName}(*)` || rule === `${toolName}(**)`);
}

/** Whether a `Bash(…)` rule allows a command: word for word, as a prefix (`git log:*`), or with stars. */
export function allowsCommand(rules: readonly string[], command: string): boolean {
  if (allowsTool(rules, "Bash")) return true;
  return contentsOf(rules, ["Bash"]).some((content) => {
    const prefix = content.endsWith(":*") ? content.slice(0, -2) : undefined;
    if (prefix !== undefined) return command === prefix || command.startsWith(`${prefix} `);
    // `npm test *` matches `npm test` as well.
    if (content.endsWith(" *") && command === content.slice(0, -2)) return true;
    return standsInOrder(command, content.split("*"));
  });
}

/**
 * Whether a rule allows a file or folder, given by its absolute path, to be read. Rules for reading count, and so do rules for
 * edits, which need reading.
 */
export function allowsPath(rules: readonly string[], path: string, home: string): boolean {
  return contentsOf(rules, ["Read", "Edit"]).some((content) => {
    const pattern = toAbsolute(content, home);
    if (pattern === undefined) return false;
    const folder = pattern.replace(/\/\*\*(?:\/\*)?$/, "");
    if (folder !== pattern && !folder.includes("*")) return path === folder || path.startsWith(`${folder}/`);
    if (!pattern.includes("*")) return path === pattern || path.startsWith(`${pattern}/`);
    // A single star stays within its folder.
    const isDeep = pattern.includes("**") || pattern.split("/").length === path.split("/").length;
    return isDeep && standsInOrder(path, pattern.split(/\*+/));
  });
}

function contentsOf(rules: readonly string[], tools: readonly string[]): readonly string[] {
  return rules.flatMap((rule) => {
    const open = rule.indexOf("(");
    return rule.endsWith(")") && tools.includes(rule.slice(0, open)) ? [rule.slice(open + 1, -1)] : [];
  });
}

/** Other rules are relative to the workspace, which is open anyway. */
function toAbsolute(content: string, home: string): string | undefined {
  if (content.startsWith("//")) return content.slice(1);
  return content.startsWith("~/") ? home + content.slice(1) : undefined;
}
