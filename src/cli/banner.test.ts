import { expect, test } from "vitest";

import { CHAT_PROFILE } from "../../test/engine/turn-fixtures.ts";
import type { HealthReport } from "../core/ports/health.ts";
import { plain } from "../../test/cli/fake-context.ts";
import { formatBanner, formatReadiness } from "./banner.ts";
import type { BannerFacts } from "./banner.ts";

const model = (id: string, profile: string, target: string) => ({
  id,
  profile: { ...CHAT_PROFILE, name: profile },
  model: target,
  createdAt: 0,
  displayName: id,
});

const FACTS: BannerFacts = {
  version: "1.2.3",
  url: "http://127.0.0.1:4141",
  hasDashboard: true,
  workspace: "/home/ada/project",
  untrusted: [],
  models: [
    model("claude-code", "default", "default"),
    model("sonnet", "chat", "sonnet"),
    model("gpt-4o", "chat", "sonnet"),
    { ...model("claude-code/opus", "default", "opus"), variantOf: "claude-code" },
  ],
  apiKeyNotice: { type: "created", key: "tp-secret", file: "/data/my folder/api-key" },
  approverKeyNotice: { type: "file", file: "/data/my folder/approver-key" },
  asksHere: false,
  sandbox: { profiles: {}, withoutSandbox: [] },
  isDemo: false,
  columns: Number.POSITIVE_INFINITY,
};

const banner = (facts: Partial<BannerFacts>) => plain(formatBanner({ ...FACTS, ...facts }));

test("says where, which key, which workspace, which models, and what to paste", () => {
  expect(banner({})).toBe(`Turnpike 1.2.3 is listening.

  Base URL   http://127.0.0.1:4141/v1
  Dashboard  http://127.0.0.1:4141/dashboard
  API key    tp-secret
             New, and shown only now. It is kept in /data/my folder/api-key
  Approvals  answered with the key that the first start showed (for a new one delete /data/my folder/approver-key)
  Workspace  /home/ada/project
  Sandbox    not needed: no profile runs commands
  Models     claude-code (the account's default model) · profile default
             sonnet, gpt-4o (sonnet) · profile chat

Paste into a shell, or give the same two values to any OpenAI client:

  export OPENAI_BASE_URL=http://127.0.0.1:4141/v1
  export OPENAI_API_KEY="$(cat '/data/my folder/api-key')"
  curl "$OPENAI_BASE_URL/chat/completions" \\
    -H "Authorization: Bearer $OPENAI_API_KEY" \\
    -H "Content-Type: application/json" \\
    -d '{"model":"claude-code","messages":[{"role":"user","content":"Hello"}]}'
`);
});

test("says of which folders the own settings are not used, and how to change that", () => {
  const untrusted = [
    {
      folder: "/home/ada/project",
      settings: [".claude", ".mcp.json"],
      command: "turnpike trust /home/ada/project",
    },
  ];
  expect(banner({ untrusted })).toContain(`
  Trust      /home/ada/project
             Its own settings (.claude, .mcp.json) are not used. To trust it:
             turnpike trust /home/ada/project
`);
});

test("a key that was made earlier or configured is not shown", () => {
  const fromFile = banner({ apiKeyNotice: { type: "file", file: "/data/api-key" } });
  expect(fromFile).toContain("  API key    in /data/api-key\n");
  expect(fromFile).toContain('OPENAI_API_KEY="$(cat /data/api-key)"');
  const configured = banner({ apiKeyNotice: { type: "configured", count: 2 } });
  expect(configured).toContain("any of the 2 configured ones");
  expect(configured).toContain("OPENAI_API_KEY=YOUR_KEY");
});

test("approver keys that are configured are counted, not shown", () => {
  const one = banner({ approverKeyNotice: { type: "configured", count: 1 } });
  expect(one).toContain("  Approvals  answered with the configured approver key\n");
  const two = banner({ approverKeyNotice: { type: "configured", count: 2 } });
  expect(two).toContain("any of the 2 configured approver keys\n");
  const here = banner({ asksHere: true });
  expect(here).toContain("  Approvals  answered here, or with the key that the first start showed ");
  const created = { type: "created", key: "tp-approver-x", file: "/data/approver-key" } as const;
  expect(banner({ approverKeyNotice: created })).toContain(
    "answered with tp-approver-x\n             New, and shown only now: no more than its hash is kept, in /data/approver-key\n",
  );
});

test("fits 80 columns, and what is to be pasted stays whole", () => {
  const folder = "/home/a-person-with-a-long-name/somewhere/in a folder/that is far down/turnpike";
  const text = banner({
    columns: 80,
    asksHere: true,
    isDemo: true,
    workspace: folder,
    apiKeyNotice: {
      type: "created",
      key: `tp-${"k".repeat(43)}`,
      file: "/home/ada/.local/share/turnpike/api-key",
    },
    approverKeyNotice: { type: "created", key: `tp-approver-${"k".repeat(43)}`, file: "/data/approver-key" },
    models: Array.from({ length: 20 }, (_, index) => model(`model-${index}`, "chat", `model-${index}`)),
  });
  for (const line of text.split("\n").filter((each) => !each.includes(folder))) {
    expect(line.length, line).toBeLessThanOrEqual(80);
  }
  expect(text).toContain(`  Workspace  ${folder}\n`);
  const long = banner({ columns: 80, apiKeyNotice: { type: "file", file: `${folder}/api-key` } });
  expect(long).toContain(`  export OPENAI_API_KEY="$(cat \\\n    '${folder}/api-key')"\n`);
});

test("breaks no word in a narrow terminal", () => {
  const text = banner({
    columns: 40,
    isDemo: true,
    apiKeyNotice: { type: "disabled" },
    approverKeyNotice: { type: "configured", count: 2 },
  });
  const [told = ""] = text.split("  export ");
  const long = told.split("\n").filter((line) => line.length > 40);
  // Behind its label it is one word.
  expect(long.filter((line) => line.slice(13).includes(" "))).toEqual([]);
  expect(told).toMatch(/\n {13}machine may use the server\n/);
});

test("no authentication and demo mode are told", () => {
  const shown = banner({ apiKeyNotice: { type: "disabled" }, isDemo: true });
  expect(shown).toContain("none needed (--no-auth)");
  expect(shown).toContain("a scripted model answers");
});

test("readiness says what is missing and how to mend it", () => {
  const health: HealthReport = {
    status: "ready",
    version: "1.2.3",
    uptimeSeconds: 1,
    engine: { name: "sdk", isLoggedIn: true, credentialSource: "ANTHROPIC_API_KEY" },
    sessions: { idle: 0, busy: 0, starting: 0, limit: 8 },
    spares: { ready: 1, starting: 0, limit: 1 },
    turns: { running: 0, queued: 0, limit: 8, queueLimit: 100 },
    mcpServers: [],
  };
  expect(plain([formatReadiness(health, false)])).toBe("Claude Code is ready (ANTHROPIC_API_KEY).");
  // The key that Claude Code needs is not one of the person's.
  expect(plain([formatReadiness(health, true)])).toBe("Claude Code is ready; the scripted model answers.");
  expect(
    plain([
      formatReadiness({ ...health, status: "not-ready", problem: "Not logged in. Run claude." }, false),
    ]),
  ).toBe("Claude Code cannot answer yet. Not logged in. Run claude.");
});

test("names no address of a dashboard that is not there", () => {
  const said = banner({ hasDashboard: false });
  expect(said).toContain("Dashboard  not built; `npm ci && npm run build` in Turnpike's folder builds it\n");
  expect(said).not.toContain("/dashboard");
});
