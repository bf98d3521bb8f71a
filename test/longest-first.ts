import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The files that take more than 40 seconds, the longest first. */
export const LONG_FILES = [
  "integration/shutdown",
  "integration/folder-trust",
  "clients/sessions/programs",
  "integration/content",
  "dashboard/pages",
  "integration/readme",
  "integration/workers-mixed",
  "integration/account-limits",
  "contract/shell-lines",
  "integration/model-abilities",
  "integration/two-servers",
  "clients/sessions/sdks",
  "clients/connect",
  "integration/errors-timeouts",
  "package/package",
  "integration/named-conversation",
  "dashboard/audits",
  "integration/mcp-servers",
  "integration/daemon",
  "integration/long-turns",
  "integration/isolation-workspaces",
  "contract/leftovers",
  "integration/file-changes-large",
  "integration/trust-by-operator",
  "integration/commands",
  "integration/reads-outside",
  "integration/channel/channel",
  "integration/responses-mcp",
  "dashboard/talk",
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
