import type { Fields } from "./samples.ts";

/** What a request asks for, whatever its protocol calls it. */
export interface Asked {
  readonly body: Fields;
  /** How many answers are to come. */
  readonly choices: number;
  readonly stops: readonly string[];
  /** The tools that may be called. */
  readonly callable: readonly string[];
  readonly mustCall: boolean;
  readonly isOneCallOnly: boolean;
  /** Whether words are to be JSON that fits the schema of `samples.ts`. */
  readonly hasFormat: boolean;
  readonly tellsUsage: boolean;
}

/** What an answer says, whatever its protocol calls it. */
export interface Told {
  /** The model's words to the user, each text as the protocol has it. */
  readonly texts: readonly string[];
  /** The names of the tools that are called. */
  readonly calls: readonly string[];
  /** Why it ended: the model had no more to say or met a stop word, called tools, or was cut by the limit of tokens. */
  readonly end: "said" | "called" | "cut";
  readonly usage: { readonly input: number; readonly output: number } | undefined;
}

/** A client of one protocol that holds one conversation, as its dice fall. */
export interface RandomClient {
  readonly path: string;
  /** The next request. */
  ask(): Asked;
  /** Reads the text of a successful answer to it, streamed or whole: fails where its form is not the protocol's. */
  read(text: string, asked: Asked): readonly Told[];
  /** Takes the answer into the history and says something to it; false when the client has nothing more to say. */
  goOn(): boolean;
}
