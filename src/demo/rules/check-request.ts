import type { IncomingHttpHeaders } from "node:http";
import type { MessagesBody } from "../messages-body.ts";
import type { ApiRequest, Rule } from "./api-request.ts";
import { KNOWN_BETAS, parseBetas } from "./betas.ts";
import { checkCacheMarks } from "./check-cache-marks.ts";
import { checkFastMode } from "./check-fast-mode.ts";
import { checkFormat } from "./check-format.ts";
import { checkLimits } from "./check-limits.ts";
import { checkIdentity } from "./check-identity.ts";
import { checkMedia } from "./check-media.ts";
import { checkSampling } from "./check-sampling.ts";
import { checkShape } from "./check-shape.ts";
import { checkSignatures } from "./check-signatures.ts";
import { checkSystemMessages } from "./check-system-messages.ts";
import { checkTexts } from "./check-texts.ts";
import { checkThinking } from "./check-thinking.ts";
import { checkToolChoice } from "./check-tool-choice.ts";
import { checkToolPairs } from "./check-tool-pairs.ts";
import { checkToolRounds } from "./check-tool-rounds.ts";
import { checkTools } from "./check-tools.ts";
import { checkTurns } from "./check-turns.ts";
import { checkVersion } from "./check-version.ts";
import type { ModelRules } from "./model-rules.ts";
import { invalid } from "./problem.ts";
import type { Problem } from "./problem.ts";

export interface Unchecked {
  json: Readonly<Record<string, unknown>>;
  headers: IncomingHttpHeaders;
  use: "create" | "count";
  findModel: (id: string) => ModelRules | undefined;
  unthoughtCalls?: ReadonlySet<string> | undefined;
}

const VERSIONS = new Set(["2023-01-01", "2023-06-01", "2026-10-21"]);

/** In the order in which a client would learn of them: cheap and general ones first. */
const RULES: readonly Rule[] = [
  checkSampling,
  checkThinking,
  checkToolChoice,
  checkFastMode,
  checkTurns,
  checkSystemMessages,
  checkTexts,
  checkVersion,
  checkCacheMarks,
  checkTools,
  checkToolPairs,
  checkToolRounds,
  checkFormat,
  checkMedia,
  checkSignatures,
  checkLimits,
];

/** The request in the form that the rules read, or why the API refuses it. */
export function checkRequest({
  json,
  headers,
  use,
  findModel,
  unthoughtCalls,
}: Unchecked): ApiRequest | { problem: Problem } {
  const problem = checkHeaders(headers);
  if (problem) return { problem };
  const betas = parseBetas(headers["anthropic-beta"]);
  const misfit = checkShape({ json, betas, version: versionOf(headers), use });
  if (misfit) return { problem: misfit };
  // Proof: its shape was checked.
  const body = json as unknown as MessagesBody;
  const model = findModel(body.model);
  if (!model) return { problem: { status: 404, message: `model: ${body.model}` } };
  const request: ApiRequest = { body, model, betas, version: versionOf(headers), use, unthoughtCalls };
  for (const rule of RULES) {
    const found = rule(request);
    if (found) return { problem: found };
  }
  const refusal = checkIdentity(request, headers);
  return refusal ? { problem: refusal } : request;
}

function checkHeaders(headers: IncomingHttpHeaders): Problem | undefined {
  if (headers["x-api-key"] === undefined && headers.authorization === undefined) {
    return { status: 401, message: "x-api-key header is required" };
  }
  const version = versionOf(headers);
  if (version === "") return invalid("anthropic-version: header is required");
  if (!VERSIONS.has(version)) return invalid(`anthropic-version: "${version}" is not a valid version`);
  const unknown = [...parseBetas(headers["anthropic-beta"])].filter((beta) => !KNOWN_BETAS.has(beta));
  if (unknown.length === 0) return undefined;
  return invalid(
    `Unexpected value(s) ${unknown.map((beta) => `\`${beta}\``).join(", ")} for the \`anthropic-beta\` header. ` +
      "Please consult our documentation at platform.claude.com/docs or try again without the header.",
  );
}

function versionOf(headers: IncomingHttpHeaders): string {
  return String(headers["anthropic-version"] ?? "");
}
