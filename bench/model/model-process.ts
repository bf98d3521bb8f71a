/** The program of the bench's model: the scripted model in a process of its own, ended with the bench. */
import { reply, textBlock, toolUse } from "../../src/demo/build-reply.ts";
import { blocksOf, type MessagesBody } from "../../src/demo/messages-body.ts";
import { startScriptedModel } from "../../src/demo/scripted-model.ts";
import { userTexts } from "../../src/demo/user-text.ts";
import { answer, resultOf } from "./bench-script.ts";

const model = await startScriptedModel({
  respond: ({ body }) => {
    const { pieces, calls } = answer({ prompts: userTexts(body), results: countResults(body) });
    return reply({
      blocks: [textBlock("", { chunks: pieces }), ...calls.map(({ name, input }) => toolUse(name, input))],
    });
  },
  recordLimit: 0,
  // What is measured is Turnpike, not how long the rules of the API take.
  strict: false,
});
process.on("disconnect", () => process.exit());
process.send?.({ url: model.url });

function countResults({ messages }: MessagesBody): number {
  return messages
    .flatMap(blocksOf)
    .filter(
      ({ type, tool_use_id: id, content }) => type === "tool_result" && content === resultOf(String(id)),
    ).length;
}
