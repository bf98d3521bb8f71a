/** A content block at its beginning. */
export type StartedBlock =
  | { readonly type: "text"; readonly text: ""; readonly citations: null }
  | { readonly type: "thinking"; readonly thinking: ""; readonly signature: "" }
  | { readonly type: "redacted_thinking"; readonly data: string }
  | {
      readonly type: "tool_use";
      readonly id: string;
      readonly name: string;
      readonly input: Readonly<Record<string, never>>;
      readonly caller: { readonly type: "direct" };
    };

export type BlockDelta =
  | { readonly type: "text_delta"; readonly text: string }
  | { readonly type: "thinking_delta"; readonly thinking: string }
  | { readonly type: "signature_delta"; readonly signature: string }
  | { readonly type: "input_json_delta"; readonly partial_json: string };

/** An event of an answer's content blocks, which follow one another. */
export type BlockEvent =
  | { readonly type: "content_block_start"; readonly index: number; readonly content_block: StartedBlock }
  | { readonly type: "content_block_delta"; readonly index: number; readonly delta: BlockDelta }
  | { readonly type: "content_block_stop"; readonly index: number };
