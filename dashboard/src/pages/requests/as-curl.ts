import type { RequestDetailBody } from "../../../../src/protocols/admin/format-request.ts";
import { shellQuote } from "../../parts/shell-quote.ts";
import { readCompletionPrompt, readPrompt } from "./read-prompt.ts";

/** A command that asks the same again. What was said stands in it only where the server keeps it. */
export function asCurl(request: RequestDetailBody, origin: string): string {
  const [sent = "GET", path = "/"] = request.route.split(" ");
  // What came on a WebSocket can be posted, too.
  const method = sent === "WEBSOCKET" ? "POST" : sent;
  const shown = path.replaceAll(/:(\w+)/g, "<$1>");
  const lines = [
    method === "GET"
      ? `curl ${shellQuote(`${origin}${shown}`)}`
      : `curl -X ${method} ${shellQuote(`${origin}${shown}`)}`,
    `-H "Authorization: Bearer $OPENAI_API_KEY"`,
  ];
  const body = method === "POST" ? bodyOf(request, path) : undefined;
  if (body) {
    lines.push(`-H "Content-Type: application/json"`, `-d ${shellQuote(JSON.stringify(body, null, 2))}`);
  }
  return lines.join(" \\\n  ");
}

function bodyOf({ model, content }: RequestDetailBody, path: string): object | undefined {
  if (model === null) return undefined;
  const prompt = content?.prompt ?? "…";
  const messages = readPrompt(prompt);
  const system = messages.filter(({ role }) => role === "system").map(({ content: text }) => text);
  const talk = messages.filter(({ role }) => role !== "system");
  switch (path) {
    case "/v1/responses":
      return { model, input: talk.length === 1 && system.length === 0 ? talk[0]?.content : messages };
    case "/v1/messages":
      return {
        model,
        max_tokens: 4_096,
        ...(system.length > 0 && { system: system.join("\n\n") }),
        messages: talk,
      };
    case "/v1/completions":
      return { model, ...readCompletionPrompt(prompt) };
    default:
      return { model, messages };
  }
}
