import type { Retention } from "../../core/words/retention.ts";
import { parseDuration } from "./duration.ts";
import { splitRules } from "./split-rules.ts";
import { value } from "./setting-values.ts";

/** A host name or address, optionally with a port, in lower case. */
export function allowedHost(raw: string): string | undefined {
  return /^(\[[\da-f:.]+\]|[a-z\d._-]+)(:\d+)?$/i.test(raw) ? raw.toLowerCase() : undefined;
}

/** Visible ASCII, the only characters that are safe in a header. */
export function apiKey(raw: string): string | undefined {
  return /^[\x21-\x7e]+$/.test(raw) ? raw : undefined;
}

export function variableName(raw: string): string | undefined {
  return /^[A-Za-z_]\w*$/.test(raw) && !raw.toUpperCase().startsWith("TURNPIKE_") ? raw : undefined;
}

/** A tool's name, optionally with a condition in parentheses; Claude Code interprets the condition. */
export function isRule(raw: string): boolean {
  return /^[^\s(),*][^\s(),]*(\([\s\S]*[^\s()][\s\S]*\))?$/.test(raw);
}

export function isRuleOrStar(raw: string): boolean {
  return raw === "*" || isRule(raw);
}

/** From a list, or from a text with commas between the rules. */
export const permissionRules = (isAllowed: (rule: string) => boolean = isRule) =>
  value("a list of permission rules such as Read, Bash(git log *)", (raw): readonly string[] | undefined => {
    const items: readonly unknown[] = Array.isArray(raw) ? raw : [raw];
    if (!items.every((item) => typeof item === "string")) return undefined;
    // A flag was split at every comma: join the pieces, then split again outside parentheses only.
    const rules = items.length === 0 ? [] : splitRules(items.join(","));
    return rules.every(isAllowed) ? rules : undefined;
  });

/** With or without the leading slash; `*` for any command. */
export function commandName(raw: string): string | undefined {
  const name = raw.replace(/^\//, "");
  return name === "*" || /^[\w][\w:.-]*$/.test(name) ? name : undefined;
}

export const LONGEST_RETENTION_DAYS = 36_500;

export const retention = () =>
  value("keep, none or a length of time such as 30d", (raw): Retention | undefined => {
    if (raw === "keep" || raw === "none") return { content: raw };
    const keepContentMs = parseDuration(raw, LONGEST_RETENTION_DAYS * 86_400_000);
    return keepContentMs ? { content: "keep", keepContentMs } : undefined;
  });
