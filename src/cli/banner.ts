import type { SettledSandbox } from "../config/settle-sandbox.ts";
import type { HealthReport } from "../core/ports/health.ts";
import type { ModelDescription } from "../core/ports/model-catalogue.ts";
import { describeSandbox } from "./describe-sandbox.ts";
import type { ApiKeyNotice, ApproverKeyNotice } from "./running-server.ts";
import { quoteForShell } from "./quote-for-shell.ts";

export interface BannerFacts {
  readonly version: string;
  /** Without a path. */
  readonly url: string;
  readonly workspace: string;
  readonly models: readonly ModelDescription[];
  readonly apiKeyNotice: ApiKeyNotice;
  readonly approverKeyNotice: ApproverKeyNotice;
  /** Whether the person at the terminal is asked about approvals. */
  readonly asksHere: boolean;
  readonly sandbox: SettledSandbox;
  readonly isDemo: boolean;
}

/** What the terminal says as soon as the server listens: where, what, which key, and what to paste into a client. */
export function formatBanner(facts: BannerFacts): string {
  const baseUrl = `${facts.url}/v1`;
  const lines = [
    `Turnpike ${facts.version} is listening.`,
    "",
    `  Base URL   ${baseUrl}`,
    `  API key    ${describeApiKey(facts.apiKeyNotice)}`,
    `  Approvals  answered ${facts.asksHere ? "here, or " : ""}with ${describeApproverKey(facts.approverKeyNotice)}`,
    `  Workspace  ${facts.workspace}`,
    `  Sandbox    ${describeSandbox(facts.sandbox)}`,
    `  Models     ${describeModels(facts.models).join("\n             ")}`,
    ...(facts.isDemo
      ? ["  Demo       a scripted model answers; no account is used, nothing leaves this machine"]
      : []),
    "",
    "Paste into a shell, or give the same two values to any OpenAI client:",
    "",
    `  export OPENAI_BASE_URL=${baseUrl}`,
    `  export OPENAI_API_KEY=${apiKeyForShell(facts.apiKeyNotice)}`,
    `  curl "$OPENAI_BASE_URL/chat/completions" -H "Authorization: Bearer $OPENAI_API_KEY" \\`,
    `    -H "Content-Type: application/json" \\`,
    `    -d '{"model": "claude-code", "messages": [{"role": "user", "content": "Hello"}]}'`,
    "",
  ];
  return lines.join("\n");
}

/** What the terminal says once Claude Code has started, or cannot. */
export function formatReadiness(health: HealthReport): string {
  if (health.status === "ready") return `Claude Code is ready (${health.engine.credentialSource}).`;
  const problem = health.problem ?? "Its state is unknown; the log may say why.";
  return `Claude Code cannot answer yet. ${problem}`;
}

function describeApiKey(notice: ApiKeyNotice): string {
  switch (notice.type) {
    case "created":
      return `${notice.key}\n             New, and shown only now. It is kept in ${notice.file}`;
    case "file":
      return `in ${notice.file}`;
    case "configured":
      return notice.count === 1 ? "the configured one" : `any of the ${notice.count} configured ones`;
    case "disabled":
      return "none needed (--no-auth): every program on this machine may use the server";
  }
}

function describeApproverKey(notice: ApproverKeyNotice): string {
  if (notice.type === "created") {
    return `${notice.key}\n             New, and shown only now: no more than its hash is kept, in ${notice.file}`;
  }
  if (notice.type === "file")
    return `the key that the first start showed (for a new one delete ${notice.file})`;
  return notice.count === 1
    ? "the configured approver key"
    : `any of the ${notice.count} configured approver keys`;
}

/** Read from the file rather than repeated, so that the key appears once and the lines work at any later start. */
function apiKeyForShell(notice: ApiKeyNotice): string {
  switch (notice.type) {
    case "created":
    case "file":
      return `"$(cat ${quoteForShell(notice.file)})"`;
    case "configured":
      return "YOUR_KEY";
    case "disabled":
      return "none";
  }
}

/**
 * One line for each profile: its ids, with what they mean to Claude Code where that is another word. Ids with another model
 * behind them (`claude-code/opus`) would only repeat both.
 */
function describeModels(models: readonly ModelDescription[]): readonly string[] {
  const named = models.filter((model) => model.variantOf === undefined);
  const byProfile = Map.groupBy(named, (model) => model.profile.name);
  return Array.from(byProfile, ([profile, ofProfile]) => {
    const ids = ofProfile.map(({ id, model }) => (id === model ? id : `${id} (${describeModelName(model)})`));
    return `${ids.join(", ")} · profile ${profile}`;
  });
}

function describeModelName(model: string): string {
  return model === "default" ? "the account's default model" : model;
}
