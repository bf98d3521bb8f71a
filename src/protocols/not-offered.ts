import { RequestError } from "./request-error.ts";

interface NotOffered {
  /** First parts of paths below `/v1`. */
  readonly paths: readonly string[];
  /** Completes "This server …". */
  readonly why: string;
  readonly instead: string;
}

/** Endpoints that clients know from OpenAI, Anthropic or other servers and may call, though nothing here can answer them. */
const NOT_OFFERED: readonly NotOffered[] = [
  {
    paths: ["embeddings"],
    why: "has no embeddings: Claude makes none",
    instead: "Set another provider for embeddings in the client, such as a local embedding model",
  },
  {
    paths: ["audio", "realtime", "live"],
    why: "neither hears nor speaks: Claude works with text, images and files",
    instead:
      "Set another provider for audio in the client; for a lasting connection with text there is the WebSocket of /v1/responses",
  },
  {
    paths: ["images", "videos"],
    why: "makes no images or videos: Claude reads images and writes text",
    instead:
      "Set another provider for them in the client; images to read go into messages of /v1/chat/completions",
  },
  {
    paths: ["moderations", "safety", "decisions", "content_provenance_checks"],
    why: "moderates nothing",
    instead:
      "Ask a model to judge the text with /v1/chat/completions and a response_format, or use another provider",
  },
  {
    paths: ["fine_tuning", "fine-tunes", "fine_tunes", "graders", "evals"],
    why: "trains and grades no models",
    instead: "Put instructions and examples into the system message, or a profile's instructions",
  },
  {
    paths: ["batches", "messages/batches"],
    why: "has no batches",
    instead:
      "Send the requests one by one; POST /v1/responses with background: true answers at once and works on",
  },
  {
    paths: ["assistants", "threads", "agents", "chatkit", "vaults", "sessions", "environments", "templates"],
    why: "has no assistants or agents of this API",
    instead: "Use /v1/responses with /v1/conversations, or a model id of a profile, such as claude-code",
  },
  {
    paths: ["vector_stores", "memory_stores", "rerank", "search"],
    why: "has no search of its own over documents",
    instead: "Give files to the model (/v1/files), or let claude-code look through the workspace",
  },
  {
    paths: ["containers", "skills", "code_interpreter_sessions"],
    why: "has no containers: Claude Code's tools work in the workspace",
    instead: "Use the tools code_interpreter or shell of /v1/responses",
  },
  {
    paths: ["uploads"],
    why: "takes no uploads in parts",
    instead: "Upload the file whole with POST /v1/files",
  },
  {
    paths: ["complete"],
    why: "does not have this older endpoint",
    instead: "Use /v1/messages, or /v1/completions for a text that goes on",
  },
  {
    paths: ["edits", "answers", "classifications", "engines"],
    why: "does not have this older endpoint",
    instead: "Use /v1/chat/completions",
  },
  {
    paths: ["organization", "organizations", "projects", "webhook_endpoints", "dashboard", "me"],
    why: "has no accounts to manage",
    instead: "Keys and limits are in its configuration; what turns used is in their usage",
  },
];

/** Paths of other servers, at the root. */
const FOREIGN: readonly string[] = [
  "/api/chat",
  "/api/generate",
  "/api/tags",
  "/api/show",
  "/api/embed",
  "/v1beta",
];

/**
 * Why there is no answer at a path and what to use instead; undefined for a path that no known server offers. This is not
 * reported as a mistyped URL, since correcting the URL would not help.
 */
export function describeNotOffered(path: string): RequestError | undefined {
  const found = NOT_OFFERED.find(({ paths }) => paths.some((each) => isAtOrBelow(path, `/v1/${each}`)));
  if (found) {
    return new RequestError("unsupported_endpoint", `${path}: This server ${found.why}. ${found.instead}.`);
  }
  if (!FOREIGN.some((each) => path.startsWith(each))) return undefined;
  return new RequestError(
    "unsupported_endpoint",
    `${path}: This server does not speak this API. Set the client up for an OpenAI-compatible server with the base URL of this one, which ends in /v1.`,
  );
}

function isAtOrBelow(path: string, root: string): boolean {
  return path === root || path.startsWith(`${root}/`);
}
