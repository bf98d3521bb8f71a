#!/usr/bin/env bash
# What the AI SDK's provider for OpenAI-compatible servers tells the model of the schema that its answer is to have.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts ai@7.0.173 @ai-sdk/openai-compatible@3.0.92 @ai-sdk/openai@4.0.118 zod@4.6.7

cat > run.mjs <<'END'
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateText, Output } from "ai";
import { z } from "zod";

globalThis.AI_SDK_LOG_WARNINGS = false;
for (const name of ["ai", "@ai-sdk/openai-compatible", "@ai-sdk/openai"]) {
  const { version } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8"));
  console.log(`Version: ${name} ${version}`);
}
console.log("Guess:   with Output.object the schema is sent in response_format, or else stands in the prompt: the model is told of it");
console.log("Truth:   the provider for compatible servers asks for a JSON object and sends the schema nowhere, unless it was made with");
console.log("         supportsStructuredOutputs: what the fields are called the model has to guess. The answer is checked against the");
console.log("         schema all the same; of the schema the result has a warning. The provider for OpenAI sends it to any server");

let asked;
const server = createServer(async (request, answer) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  asked = body;
  answer.writeHead(200, { "content-type": "application/json" });
  const message = { role: "assistant", content: '{"departure":"09:15"}' };
  const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
  const choices = [{ index: 0, message, finish_reason: "stop" }];
  answer.end(JSON.stringify({ id: "c", object: "chat.completion", created: 0, model: "m", choices, usage }));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const settings = { name: "own", baseURL: `http://127.0.0.1:${server.address().port}/v1`, apiKey: "none" };
const models = {
  "openai-compatible": createOpenAICompatible(settings)("m"),
  "openai-compatible, supportsStructuredOutputs": createOpenAICompatible({ ...settings, supportsStructuredOutputs: true })("m"),
  "openai, chat": createOpenAI(settings).chat("m"),
};
const schema = z.object({ departure: z.string() });
const seen = {};
for (const [name, model] of Object.entries(models)) {
  const { output, warnings } = await generateText({ model, prompt: "When does the train go?", output: Output.object({ schema }) });
  seen[name] = {
    response_format: JSON.parse(asked).response_format?.type,
    "the schema's field is in the request": asked.includes("departure"),
    warnings: warnings?.length ?? 0,
    output: JSON.stringify(output),
  };
}
server.close();
console.log("Seen:");
console.table(seen);
const [plain, structured, openai] = Object.values(seen).map((row) => Object.values(row).slice(0, 3).join(" "));
const same = plain === "json_object false 1" && structured === "json_schema true 0" && openai === "json_schema true 0";
console.log(same ? "As described." : "CHANGED: no longer as described.");
process.exitCode = same ? 0 : 1;
END
node run.mjs
