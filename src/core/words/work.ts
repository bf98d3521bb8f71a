/** One change of one file in the course of a turn, as far as the call that makes it tells. */
export interface FileEdit {
  /** As the call names it. */
  readonly path: string;
  /** Whether it makes the file. */
  readonly isNew: boolean;
  /**
   * Lines that begin with a space, `-` or `+`, each hunk with a line `@@` before it, without numbers. Of a new file all of its
   * lines, each with `+` before it. Empty: nothing changes, or it is not told.
   */
  readonly diff: string;
}

/**
 * What a call does that Claude makes by itself, in words that fit any engine. `about` says most of it; absent where the call does
 * not say.
 */
export type Work =
  /** A shell command. */
  | { readonly type: "command"; readonly about?: string; readonly timeoutMs?: number }
  /** A file is made, edited or written anew; about its path. */
  | { readonly type: "file-edit"; readonly about?: string; readonly edit: FileEdit }
  /** About the file's path. */
  | { readonly type: "file-read"; readonly about?: string }
  /** Files by their names; about the pattern. */
  | { readonly type: "file-search"; readonly about?: string }
  /** In the texts of files; about the pattern. */
  | { readonly type: "text-search"; readonly about?: string }
  /** About the query. */
  | { readonly type: "web-search"; readonly about?: string }
  /** A page of the web is read; about its URL. */
  | { readonly type: "web-page"; readonly about?: string }
  /** A helper is given a task. */
  | { readonly type: "sub-agent"; readonly about?: string }
  /** About the skill's name. */
  | { readonly type: "skill"; readonly about?: string }
  /** The list of what is to be done. */
  | { readonly type: "task-list" }
  /** The conversation so far is summarised. */
  | { readonly type: "compaction" }
  /** A tool of an MCP server. */
  | { readonly type: "mcp-call"; readonly server: string; readonly tool: string };

/** What came of it, where more is known than the text for the model. */
export type WorkResult =
  | {
      readonly type: "command";
      readonly stdout: string;
      readonly stderr: string;
      readonly outcome: { readonly type: "exit"; readonly exitCode: number } | { readonly type: "timeout" };
    }
  /** What has really become of the file. */
  | { readonly type: "file-edit"; readonly edit: FileEdit }
  /** What a search has found, each once. */
  | { readonly type: "web-search"; readonly pages: readonly FoundPage[] };

export interface FoundPage {
  readonly url: string;
  readonly title: string;
}
