import { reply, textBlock, thinking, toolUse } from "../../../src/demo/build-reply.ts";
import type { MessagesBody, RequestTool } from "../../../src/demo/messages-body.ts";
import type { Block } from "../../../src/demo/reply.ts";
import type { Responder } from "../../../src/demo/script.ts";
import { isRecord } from "../../../src/lib/is-record.ts";
import type { Dice } from "./create-dice.ts";
import type { Asked } from "./random-client.ts";
import { FITTING } from "./samples.ts";

/** What the model has in mind for one answer, before it knows what it is asked. */
interface Plan {
  readonly firstThought: string | undefined;
  /** Nothing, white space or words. */
  readonly words: string;
  readonly isThoughtOfAgain: boolean;
  /** Told in words that it must call a tool, it does so only when it is told once more. */
  readonly hesitates: boolean;
  readonly isCalling: boolean;
  readonly calls: readonly { readonly pick: number; readonly argument: string; readonly after: string }[];
}

function drawPlan(dice: Dice): Plan {
  return {
    firstThought: dice.chance(0.6) ? dice.pick(["", "Hm, let me see.", "Hm, let me see."]) : undefined,
    words: dice.chance(0.6) ? dice.pick(["Well.", "I look.\n", "  a", "b  ", "\n\n", "Text STOP more"]) : "",
    isThoughtOfAgain: dice.chance(0.2),
    hesitates: dice.chance(0.3),
    isCalling: dice.chance(0.5),
    calls: Array.from({ length: 1 + dice.below(3) }, () => ({
      pick: dice.below(6),
      argument: dice.pick(["a", "", "ü"]),
      after: dice.chance(0.1) ? "between" : "",
    })),
  };
}

/** A model that does as it is asked, and as it likes where it is free. */
export function drawResponder(dice: Dice, asked: Asked): Responder {
  const plan = drawPlan(dice);
  let requests = 0;
  return ({ body }) => {
    requests += 1;
    // Of several answers at once nobody can say which of them was asked first.
    const hesitates = plan.hesitates && requests === 1 && asked.choices === 1 && !isForced(body);
    const callable = (body.tools ?? []).filter(({ name }) => asked.callable.includes(name));
    const calls = callsOf(plan, body, asked, callable);
    const isCalling = calls.length > 0 && (asked.mustCall ? !hesitates : plan.isCalling);
    const { first, second } = thoughtsOf(plan, body);
    if (asked.hasFormat && !isCalling) {
      return reply({ blocks: [...first, textBlock(JSON.stringify(FITTING))] });
    }
    const blocks = [...first, ...wordsOf(plan), ...second, ...(isCalling ? calls : [])];
    const isSaying = isCalling || plan.words.trim() !== "";
    return reply({ blocks: isSaying ? blocks : [...blocks, textBlock("Yes.")] });
  };
}

function wordsOf({ words }: Plan): readonly Block[] {
  return words === "" ? [] : [textBlock(words)];
}

function thoughtsOf(plan: Plan, { thinking: asked }: MessagesBody) {
  const mayThink = asked !== undefined && asked.type !== "disabled";
  const mayThinkAgain = mayThink && asked.type !== "between_tools";
  return {
    first: mayThink && plan.firstThought !== undefined ? [thinking(plan.firstThought)] : [],
    second: mayThinkAgain && plan.isThoughtOfAgain ? [thinking("Second thought")] : [],
  };
}

function callsOf(
  plan: Plan,
  { tool_choice: choice }: MessagesBody,
  { isOneCallOnly }: Asked,
  callable: readonly RequestTool[],
): readonly Block[] {
  if (isRecord(choice) && choice["type"] === "none") return [];
  return plan.calls.slice(0, isOneCallOnly ? 1 : undefined).flatMap(({ pick, argument, after }) => {
    const tool = callable[pick % callable.length];
    if (!tool) return [];
    const call = toolUse(tool.name, { [argumentOf(tool)]: argument });
    return after === "" ? [call] : [call, textBlock(after)];
  });
}

/** A custom tool of Responses has another argument than the others. */
function argumentOf({ input_schema: schema }: RequestTool): string {
  const properties = isRecord(schema) && isRecord(schema["properties"]) ? schema["properties"] : {};
  return Object.keys(properties)[0] ?? "q";
}

function isForced({ tool_choice: choice }: MessagesBody): boolean {
  return isRecord(choice) && (choice["type"] === "any" || choice["type"] === "tool");
}
