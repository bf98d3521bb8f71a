/** The program of the bench's model: the scripted model in a process of its own, ended with the bench. */
import { text } from "../../src/demo/build-reply.ts";
import { startScriptedModel } from "../../src/demo/scripted-model.ts";
import { userTexts } from "../../src/demo/user-text.ts";
import { answerPrompts } from "./bench-script.ts";

const model = await startScriptedModel({
  respond: ({ body }) => text("", { chunks: answerPrompts(userTexts(body)) }),
  recordLimit: 0,
});
process.on("disconnect", () => process.exit());
process.send?.({ url: model.url });
