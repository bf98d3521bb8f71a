import type { RequestDetailBody } from "../../../../src/protocols/admin/format-request.ts";
import { shellQuote } from "../../parts/shell-quote.ts";

/** A command that asks the same again. What was said stands in it only where the server keeps it. */
export function asCurl(request: RequestDetailBody, origin: string): string {
  const [method = "GET", path = "/"] = request.route.split(" ");
  const shown = path.replaceAll(/:(\w+)/g, "<$1>");
  const lines = [
    method === "GET"
      ? `curl ${shellQuote(`${origin}${shown}`)}`
      : `curl -X ${method} ${shellQuote(`${origin}${shown}`)}`,
    `-H "Authorization: Bearer $OPENAI_API_KEY"`,
  ];
  const body = bodyOf(request, path);
  if (body) {
    lines.push(`-H "Content-Type: application/json"`, `-d ${shellQuote(JSON.stringify(body, null, 2))}`);
  }
  return lines.join(" \\\n  ");
}

function bodyOf(request: RequestDetailBody, path: string): object | undefined {
  const { model } = request;
  if (model === null || !request.route.startsWith("POST ")) return undefined;
  const prompt = request.content?.prompt ?? "…";
  const messages = [{ role: "user", content: prompt }];
  if (path === "/v1/responses") return { model, input: prompt };
  if (path === "/v1/messages") return { model, max_tokens: 4_096, messages };
  if (path === "/v1/completions") return { model, prompt };
  return { model, messages };
}
