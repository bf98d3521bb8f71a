import type { Block } from "../../../src/demo/reply.ts";

/** What a client needs to play its session; nothing of it is shared with another one. */
export interface SessionPlace {
  /** Of the server, without `/v1`. */
  readonly url: string;
  readonly apiKey: string;
  readonly model: string;
  /** What its user asks. */
  readonly prompt: string;
  /** Where the work is done. */
  readonly folder: string;
  /** Takes what is to be done when the session is over. */
  readonly onEnd: (end: () => Promise<void>) => void;
}

/** What its user was left with. */
export interface SessionEnd {
  /** All that was shown as an answer. */
  readonly answer: string;
  /** What was shown of what the model said on the way; undefined where the client shows nothing of it. */
  readonly remarks?: string;
  /** Errors, warnings and the like that were shown; a good session has none. */
  readonly problems: readonly string[];
}

/** How a client is made to play the session: writing a note, reading it, changing it, and showing it. */
export interface SessionClient {
  readonly name: string;
  /** What the model asks for in each of the four rounds, by the tools that the client gives to this one. */
  rounds(file: string, model: string): readonly (readonly Block[])[];
  /** Requests without tools that it sends besides, such as one for a title. */
  readonly sideRequests: number;
  /** Sent with every request; undefined where the client has no setting for it. */
  readonly temperature?: number;
  /** Its first round asks for one tool by its name, its second one for any. */
  readonly forcesTools?: true;
  /** It shows only what comes as text. */
  readonly hidesThinking?: true;
  play(place: SessionPlace): Promise<SessionEnd>;
}
