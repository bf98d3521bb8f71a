import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The files that take more than 40 seconds, the longest first. */
export const LONG_FILES = [
  "clients/sessions/programs",
  "dashboard/pages",
  "integration/folder-trust",
  "integration/account-limits",
  "integration/model-abilities",
  "clients/sessions/sdks",
  "integration/errors-upstream",
  "integration/named-conversation",
  "integration/shutdown",
  "integration/content",
  "integration/isolation-workspaces",
  "integration/two-servers",
  "clients/responses/codex",
  "integration/commands",
  "integration/errors-timeouts",
  "integration/structured-output",
  "integration/concurrency",
  "integration/file-changes",
  "integration/mcp-servers",
  "integration/file-changes-large",
  "dashboard/talk",
  "dashboard/first-day",
  "integration/daemon",
  "dashboard/audits",
  "integration/long-turns",
  "integration/doctor-live",
  "integration/empty-answers",
  "integration/client-agents",
  "integration/readme",
  "integration/one-history",
  "integration/key-limits",
  "integration/channel/inbox",
  "integration/terminal",
  "integration/reads-outside",
  "clients/qwen",
  "integration/restart",
];

/**
 * Long files first. Where Vitest has no record of an earlier run it begins with the largest ones, and a short file that waits
 * for much would run alone at the end, when the other workers have nothing left to do.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => rankOf(one) - rankOf(other));
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  const rank = LONG_FILES.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
  return rank < 0 ? LONG_FILES.length : rank;
}
