import { test } from "vitest";
import { text } from "../../src/demo/build-reply.ts";
import { startTurnpike } from "../integration/start-turnpike.ts";
import { systemPromptOf } from "../upstream/read-request.ts";
test("x", {timeout:60000}, async () => {
  const t = await startTurnpike();
  t.upstream.respondWith(text("fine"));
  for (const model of ["sonnet","claude-code"])
  for (const tools of [[], [{type:"function" as const,function:{name:"go",parameters:{type:"object",properties:{}}}}]])
  for (let i=0;i<4;i++){
  const {response} = await t.openai.chat.completions.create({model,...(tools.length?{tools}:{}),messages:[{role:"system",content:"Name a city."+i},{role:"user",content:"hi"},{role:"assistant",content:null,tool_calls:[{id:"call_1",type:"function",function:{name:"go",arguments:"{}"}}]},{role:"tool",tool_call_id:"call_1",content:"ok"}]}).withResponse();
  const r=t.upstream.requests.at(-1)!;
  console.log(model,tools.length, response.headers.get("x-turnpike-placement"), systemPromptOf(r).includes("Name a city."), systemPromptOf(r).length, r.body.tools?.map(t=>t.name).join(), t.upstream.requests.length);
  }
});
