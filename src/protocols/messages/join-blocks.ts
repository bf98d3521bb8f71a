import { assertNever } from "../../lib/assert-never.ts";
import { readExactJson } from "../../lib/read-json.ts";
import type { BlockDelta, BlockEvent, StartedBlock } from "./block-event.ts";

/** A complete content block of an answer. */
export type WholeBlock =
  | { readonly type: "text"; readonly text: string; readonly citations: null }
  | { readonly type: "thinking"; readonly thinking: string; readonly signature: string }
  | Extract<StartedBlock, { type: "redacted_thinking" }>
  | (Omit<Extract<StartedBlock, { type: "tool_use" }>, "input"> & { readonly input: unknown });

interface GatheredBlock {
  readonly start: StartedBlock;
  readonly deltas: BlockDelta[];
}

/** Gathers an answer's block events into whole blocks. */
export class BlockJoiner {
  readonly #gathered: GatheredBlock[] = [];

  add(event: BlockEvent): void {
    if (event.type === "content_block_start") this.#gathered.push({ start: event.content_block, deltas: [] });
    if (event.type === "content_block_delta") this.#gathered.at(-1)?.deltas.push(event.delta);
  }

  /** `isCut`: the answer has reached a limit, and a call that is not complete is of no use. */
  blocks(isCut: boolean): readonly WholeBlock[] {
    return this.#gathered.flatMap(({ start, deltas }) => joinBlock(start, deltas, isCut));
  }
}

function joinBlock(
  start: StartedBlock,
  deltas: readonly BlockDelta[],
  isCut: boolean,
): readonly WholeBlock[] {
  const signature = deltas.findLast((delta) => delta.type === "signature_delta")?.signature ?? "";
  const text = deltas.map(textOf).join("");
  switch (start.type) {
    case "text":
      return [{ ...start, text }];
    case "thinking":
      return [{ ...start, thinking: text, signature }];
    case "redacted_thinking":
      return [start];
    case "tool_use": {
      const input = readExactJson(text);
      if (input === undefined && isCut) return [];
      // As Anthropic's docs on fine-grained streaming of tools name arguments that are none.
      return [{ ...start, input: input ?? (text === "" ? {} : { INVALID_JSON: text }) }];
    }
    default:
      return assertNever(start);
  }
}

function textOf(delta: BlockDelta): string {
  switch (delta.type) {
    case "text_delta":
      return delta.text;
    case "thinking_delta":
      return delta.thinking;
    case "input_json_delta":
      return delta.partial_json;
    case "signature_delta":
      return "";
    default:
      return assertNever(delta);
  }
}
