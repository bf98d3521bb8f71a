import type { Markable } from "./cache-mark.ts";

/** A JSON object as it was received. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** A tool that the client declares and runs. */
export interface ClientTool extends Markable {
  /** 1 to 128 characters of `A–Z a–z 0–9 _ -`. */
  readonly name: string;
  readonly description?: string;
  /** JSON Schema of the arguments; its top level is `type: "object"`. */
  readonly inputSchema: JsonObject;
  /** Whether the arguments must conform to the schema. `if-possible`: only if arguments can be checked against it. */
  readonly isStrict?: true | "if-possible";
}

/** Whether Claude may, must or must not call a client tool in this turn. */
export type ToolChoice =
  | { readonly type: "auto" }
  | { readonly type: "none" }
  | { readonly type: "required" }
  | { readonly type: "tool"; readonly name: string };

/** The client's tools for one turn. */
export interface ClientTools {
  readonly list: readonly ClientTool[];
  readonly choice: ToolChoice;
  /** False: at most one call per answer. */
  readonly isParallel: boolean;
  /** The client explicitly sent an empty list of tools. */
  readonly isSentEmpty?: true;
}

export const NO_CLIENT_TOOLS: ClientTools = { list: [], choice: { type: "auto" }, isParallel: true };
