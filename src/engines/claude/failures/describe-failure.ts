import type { ErrorKind } from "../../../core/words/app-error.ts";
import { cleanApiWords } from "./api-words.ts";
import type { Failure } from "./failure.ts";

const NO_SUCH_MODEL = "The model's API does not know this model, or the server's account may not use it.";

/**
 * What a client is told about a failure: what happened, and what a person can do about it. The API's words are cleaned, and
 * passed on only where they are about the request or the account's limits: others tell about the operator's own machines.
 */
export function describeFailure(kind: ErrorKind, failure: Failure, privateNames: readonly string[]): string {
  const words = () => wordsOf(failure, privateNames);
  switch (kind) {
    case "not-logged-in":
      return "Claude Code is not logged in. Set ANTHROPIC_API_KEY or CLAUDE_CODE_OAUTH_TOKEN for the server, or run `claude` once and log in.";
    case "upstream-authentication":
      return "The model's API refused the server's own credentials (this is not about your key). The server's operator can renew them; its log says more.";
    case "upstream-permission":
      return join(
        "The model's API denied access to the server's account (this is not about your key).",
        words(),
      );
    case "upstream-not-found":
      return NO_SUCH_MODEL;
    case "upstream-too-large":
      // By the last words opencode knows that it has to compact, whatever the status.
      return "The request is larger than the model's API takes (32 MB). Leave out images or files, or reduce the length of the messages.";
    case "upstream-invalid-request":
      if (failure.cause === "media_removed") return describeMedia(failure);
      return `The model's API refused the request: ${words() || `it gave no reason that can be passed on${statusOf(failure)}.`}`;
    case "refusal":
      return describeRefusal(failure);
    case "context-length-exceeded":
      return "The conversation is longer than the model's context window. Shorten it or start a new one.";
    case "billing":
      return join(describeSpending(failure), words());
    case "engine-outdated":
      return describeOutdated(failure);
    case "upstream-rate-limited":
      // In this case the words are Claude Code's own, and speak of a limit that has not been reached.
      if (failure.isMomentary) return "The account behind this server asks the model's API too quickly.";
      return join("The account behind this server has reached a rate limit.", words());
    case "upstream-overloaded":
      return "The model's API is overloaded.";
    case "timeout":
      return "The model's API fell silent. Send the request again.";
    default:
      return describeBreak(failure);
  }
}

/** Claude Code keeps the API's words to itself, and speaks to the model: that it may read the file in another way. */
function describeMedia({ media: { kind, why } = {} }: Failure): string {
  if (why === "media_budget") {
    return "The images and documents of the conversation are together more than the model's API takes. Leave some out.";
  }
  if (why === "unsupported_by_model")
    return "This model takes no PDF documents. Send their text, or try another.";
  if (kind !== "image") {
    return "The model's API could not read a document of the conversation. It has to be a PDF that is whole and has no password, or text; one behind a URL has to be one that anybody can fetch.";
  }
  return "The model's API could not read an image of the conversation. It has to be a whole PNG, JPEG, GIF or WebP of at most 8000 pixels a side; one behind a URL has to be one that anybody can fetch, by https.";
}

function describeSpending({ apiCode = "", status, text }: Failure): string {
  if (apiCode === "enforced_spend_limit_reached") {
    return "The account behind this server has reached the spend limit of its usage tier. Its owner can ask for a higher limit in the Claude Console (Limits); until it is raised or a new month begins, asking again does not help.";
  }
  if (apiCode === "contract_spend_limit_reached") {
    return "The account behind this server has reached the spend limit of its contract. Its owner has to have it raised by Anthropic; until then asking again does not help.";
  }
  if (/credit/.test(apiCode) || /credit/i.test(text)) {
    return "The account behind this server has no credits left for this request. Its owner can add some in the Claude Console (Billing).";
  }
  if (status === 402) {
    return "The account behind this server cannot pay for the request. Its owner can look after the payment in the Claude Console (Billing).";
  }
  return "The account behind this server has reached the spend limit that its owner has set. The owner can raise it in the Claude Console (Limits); until then asking again does not help.";
}

function describeOutdated({ text }: Failure): string {
  const [, wanted] =
    /version (\d[\w.-]*\w) or newer|\b(?:Claude Code )?(\d[\w.-]*\w) or later/.exec(text) ?? [];
  return `This model wants a newer Claude Code than this server has${wanted === undefined ? "" : ` (${wanted} or newer)`}. The server's operator can update Turnpike, or give it a newer one with --claude. Another model may do meanwhile.`;
}

function describeRefusal({ refusal: { category, explanation } = {} }: Failure): string {
  const declined = "Claude declined to answer this request.";
  const why = explanation ?? (category === undefined ? "" : `The category is: ${category}.`);
  return join(declined, why || "Rephrase it, or try another model.");
}

function describeBreak(failure: Failure): string {
  const { status, cause = "" } = failure;
  if (status !== undefined) return `The model's API failed${statusOf(failure)}. Send the request again.`;
  if (cause.startsWith("tls_") || /certificate|EPROTO|SSL|TLS/.test(failure.text)) {
    return "The model's API could not be reached over a secure connection. The server's log says more.";
  }
  if (cause === "connection_failed" || failure.code === "server_error") {
    return "The model's API could not be reached, or the connection broke. Send the request again.";
  }
  return "The model's API gave no answer that could be read. Send the request again; the server's log says more.";
}

/** Empty unless the API itself said it, or Claude Code said it without having asked the API. */
function wordsOf({ status, apiType, text }: Failure, privateNames: readonly string[]): string {
  return apiType === undefined && status !== undefined ? "" : cleanApiWords(text, privateNames);
}

function statusOf({ status }: Failure): string {
  return status === undefined ? "" : ` (status ${status})`;
}

function join(...sentences: readonly string[]): string {
  return sentences.filter((sentence) => sentence !== "").join(" ");
}
