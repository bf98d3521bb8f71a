/** The server that a client is to use. */
export interface Target {
  /** Without a path: `http://127.0.0.1:4141`. */
  readonly url: string;
  /** For clients of OpenAI's API: the same with `/v1`. */
  readonly apiUrl: string;
  readonly key: ClientKey;
  /** Those for clients with tools of their own; the chosen one is among them. */
  readonly models: readonly TargetModel[];
  /** The chosen one. */
  readonly model: TargetModel;
  /** Whether the server told them; else they are those that every server has. */
  readonly areModelsTold: boolean;
  /** For small things beside the work, such as titles. */
  readonly smallModel: TargetModel;
  /** Whether the chosen model becomes the client's default. */
  readonly isDefault: boolean;
  /** What the person wants written in place of the client's own settings; an absolute path. */
  readonly file?: string;
}

export interface ClientKey {
  readonly value: string;
  /** The file that it is kept in, if it is this machine's server's own. */
  readonly file?: string;
  /** It only stands where the key belongs, and so may be shown. */
  readonly isPlaceholder?: true;
}

export interface TargetModel {
  readonly id: string;
  readonly contextTokens: number;
  readonly maxOutputTokens: number;
}

/** The variable that clients are told to take the key from; Turnpike itself reads it too. */
export const KEY_VARIABLE = "TURNPIKE_API_KEY";
