import type { SettledSandbox } from "../config/build/settle-sandbox.ts";
import type { HealthReport } from "../core/ports/health.ts";
import type { ModelDescription } from "../core/ports/model-catalogue.ts";
import { type Line, styled, type Style } from "../lib/styled-line.ts";
import { describeSandbox } from "./describe-sandbox.ts";
import { formatCommands } from "./format-commands.ts";
import type { ApiKeyNotice, ApproverKeyNotice } from "./running-server.ts";
import { wrapText, wrapWords } from "./wrap-text.ts";

export interface BannerFacts {
  readonly version: string;
  /** Without a path. */
  readonly url: string;
  readonly hasDashboard: boolean;
  readonly workspace: string;
  /** Folders whose own settings are not used, each with the command that trusts it. */
  readonly untrusted: readonly {
    readonly folder: string;
    readonly settings: readonly string[];
    readonly command: string;
  }[];
  readonly models: readonly ModelDescription[];
  readonly apiKeyNotice: ApiKeyNotice;
  readonly approverKeyNotice: ApproverKeyNotice;
  /** Whether the person at the terminal is asked about approvals. */
  readonly asksHere: boolean;
  readonly sandbox: SettledSandbox;
  readonly isDemo: boolean;
  /** Maximum line width; unlimited where a program reads the output. */
  readonly columns: number;
}

/**
 * What the terminal shows as soon as the server listens: the address, the models, which key, and what to paste into a client.
 */
export function formatBanner(facts: BannerFacts): readonly Line[] {
  const baseUrl = `${facts.url}/v1`;
  const row = (label: string, ...paragraphs: readonly Paragraph[]) =>
    formatRow(label, paragraphs, facts.columns);
  return [
    [styled("bold", `Turnpike ${facts.version}`), " is ", styled(["bold", "green"], "listening"), "."],
    "",
    ...row("Base URL", { words: [baseUrl], style: ["bold", "cyan"] }),
    ...row("Dashboard", facts.hasDashboard ? { words: [`${facts.url}/dashboard`] } : text(NO_DASHBOARD)),
    ...formatKeyRows(facts),
    ...row("Workspace", { words: [facts.workspace] }),
    ...facts.untrusted.flatMap((one) => row("Trust", ...describeUntrusted(one))),
    ...row("Sandbox", text(describeSandbox(facts.sandbox))),
    ...row("Models", ...describeModels(facts.models).map(text)),
    ...(facts.isDemo ? row("Demo", text(DEMO), text(DEMO_PRIVACY)) : []),
    "",
    ...wrapText(PASTE, facts.columns).map((line) => styled("bold", line)),
    "",
    ...formatCommands(baseUrl, facts.apiKeyNotice, facts.columns).map((line) => `  ${line}`),
    "",
  ];
}

/** Which keys the server takes. */
export function formatKeyRows(
  facts: Pick<BannerFacts, "apiKeyNotice" | "approverKeyNotice" | "asksHere" | "columns">,
): readonly Line[] {
  return [
    ...formatRow("API key", describeApiKey(facts.apiKeyNotice), facts.columns),
    ...formatRow("Approvals", describeApprovals(facts), facts.columns),
  ];
}

const NO_DASHBOARD = "not built; `npm ci && npm run build` in Turnpike's folder builds it";
const PASTE = "Paste into a shell, or give the same two values to any OpenAI client:";
const DEMO = "a scripted model answers; no account is used,";
const DEMO_PRIVACY = "and nothing leaves this machine";

/** What the terminal shows once Claude Code has started or failed to. In the demo, no credentials are the person's. */
export function formatReadiness(health: HealthReport, isDemo: boolean): Line {
  if (health.status === "ready") {
    const how = isDemo ? "; the scripted model answers." : ` (${health.engine.credentialSource}).`;
    return [styled(["bold", "green"], "Claude Code is ready"), how];
  }
  const problem = health.problem ?? "Its state is unknown; the log may say why.";
  return [styled(["bold", "red"], "Claude Code cannot answer yet."), ` ${problem}`];
}

/** Starts on its own line; wraps between its words when a line is full. */
interface Paragraph {
  readonly words: readonly string[];
  readonly style?: Style;
}

const LABEL_COLUMNS = 13;

function text(sentence: string): Paragraph {
  return { words: sentence.split(" ") };
}

function formatRow(label: string, paragraphs: readonly Paragraph[], columns: number): readonly Line[] {
  const lines = paragraphs.flatMap(({ words: all, style }) =>
    wrapWords(all, columns - LABEL_COLUMNS).map((line) => (style ? styled(style, line) : line)),
  );
  return lines.map((line, index): Line => [
    styled("dim", (index === 0 ? `  ${label}` : "").padEnd(LABEL_COLUMNS)),
    line,
  ]);
}

function describeUntrusted({
  folder,
  settings,
  command,
}: BannerFacts["untrusted"][number]): readonly Paragraph[] {
  return [
    { words: [folder], style: "yellow" },
    text(`Its own settings (${settings.join(", ")}) are not used. To trust it:`),
    { words: [command] },
  ];
}

function describeApiKey(notice: ApiKeyNotice): readonly Paragraph[] {
  switch (notice.type) {
    case "created":
      return [
        { words: [notice.key], style: "bold" },
        { words: [...words("New, and shown only now. It is kept in"), notice.file] },
      ];
    case "file":
      return [{ words: ["in", notice.file] }];
    case "configured":
      return [text(notice.count === 1 ? "the configured one" : `any of the ${notice.count} configured ones`)];
    case "disabled":
      return [text("none needed (--no-auth): every program on this machine may use the server")];
  }
}

function describeApprovals({
  approverKeyNotice: notice,
  asksHere,
}: Pick<BannerFacts, "approverKeyNotice" | "asksHere">): readonly Paragraph[] {
  const how = words(`answered ${asksHere ? "here, or " : ""}with`);
  switch (notice.type) {
    case "created":
      return [
        { words: [...how, notice.key] },
        { words: [...words("New, and shown only now: no more than its hash is kept, in"), notice.file] },
      ];
    case "file": {
      const otherwise = `(for a new one delete ${notice.file})`;
      return [{ words: [...how, ...words("the key that the first start showed"), otherwise] }];
    }
    case "configured": {
      const which =
        notice.count === 1
          ? "the configured approver key"
          : `any of the ${notice.count} configured approver keys`;
      return [{ words: [...how, ...words(which)] }];
    }
  }
}

function words(sentence: string): readonly string[] {
  return sentence.split(" ");
}

/**
 * One line for each profile: its ids, with the model they mean to Claude Code where the name differs. Ids that add another
 * model's name (`claude-code/opus`) would only repeat both.
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
