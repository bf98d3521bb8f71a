import { shellQuote } from "../../parts/shell-quote.ts";
import { bodyOf, type ChatSettings } from "./chat-settings.ts";

/** The conversation's name may be another's word, or come with a link: none of it may run where the code is pasted. */
interface Shown {
  readonly url: string;
  readonly settings: ChatSettings;
  readonly text: string;
  readonly conversation: string;
}

export function curlCode({ url, settings, text, conversation }: Shown): string {
  const body = JSON.stringify(bodyOf(settings, text, []), null, 2);
  return [
    `curl -N ${url}/v1/chat/completions \\`,
    '  -H "Authorization: Bearer YOUR_KEY" \\',
    '  -H "Content-Type: application/json" \\',
    `  -H ${shellQuote(`X-Conversation-ID: ${conversation}`.replaceAll("\n", ""))} \\`,
    `  -d ${shellQuote(body)}`,
  ].join("\n");
}

/** With OpenAI's library; what it does not know goes into `extra_body`. */
export function pythonCode({ url, settings, text, conversation }: Shown): string {
  const { claude, ...body } = bodyOf(settings, text, []) as Record<string, unknown>;
  const fields = Object.entries(body).map(([name, value]) => `    ${name}=${toPython(value)},`);
  return [
    "from openai import OpenAI",
    "",
    `client = OpenAI(base_url="${url}/v1", api_key="YOUR_KEY")`,
    "stream = client.chat.completions.create(",
    ...fields,
    `    extra_headers={"X-Conversation-ID": ${JSON.stringify(conversation)}},`,
    `    extra_body={"claude": ${toPython(claude)}},`,
    ")",
    "for chunk in stream:",
    "    if chunk.choices:",
    '        print(chunk.choices[0].delta.content or "", end="", flush=True)',
  ].join("\n");
}

export function javascriptCode({ url, settings, text, conversation }: Shown): string {
  const body = JSON.stringify(bodyOf(settings, text, []), null, 2).replaceAll("\n", "\n  ");
  return [
    'import OpenAI from "openai";',
    "",
    `const client = new OpenAI({ baseURL: "${url}/v1", apiKey: "YOUR_KEY" });`,
    "const stream = await client.chat.completions.create(",
    `  ${body},`,
    `  { headers: { "X-Conversation-ID": ${JSON.stringify(conversation)} } },`,
    ");",
    "for await (const chunk of stream) {",
    '  process.stdout.write(chunk.choices[0]?.delta?.content ?? "");',
    "}",
  ].join("\n");
}

/** JSON is Python but for three words. */
function toPython(value: unknown): string {
  if (value === true) return "True";
  if (value === false) return "False";
  if (value === null || value === undefined) return "None";
  if (Array.isArray(value)) return `[${value.map(toPython).join(", ")}]`;
  if (typeof value !== "object") return JSON.stringify(value);
  const entries = Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}: ${toPython(each)}`);
  return `{${entries.join(", ")}}`;
}
