import type { ClientTools, JsonObject } from "../../core/words/client-tool.ts";
import type { OutputFormat } from "../../core/words/output-format.ts";
import type { RemoteMcpServer } from "../../core/words/server-tools.ts";
import type { Sampling } from "../../core/words/sampling.ts";
import type { ParameterNames } from "../parameter-names.ts";
import type { ClaudeSettings } from "../claude-settings/claude-settings.ts";

/** An item in its wire format, with its shape checked; it has an id once it is stored. */
export type WireItem = JsonObject & { readonly type: string };

/**
 * How a client tool was declared, which decides what item its calls are returned as. `shell`, `local_shell` and `apply_patch` are
 * OpenAI's predefined tools that the client runs.
 */
export type ToolOrigin =
  | { readonly type: "function"; readonly name: string; readonly namespace?: string }
  /** Free text: the model sends it as the only argument, `input`. */
  | { readonly type: "custom"; readonly name: string; readonly namespace?: string }
  | { readonly type: "shell" | "local_shell" | "apply_patch" };

/** OpenAI's hosted tools that Claude Code's own tools replace. */
export type HostedTool = "web_search" | "code_interpreter" | "shell";

/** What a request to create a response asks for. */
export interface ResponsesRequest {
  /** As sent; it may have a conversation suffix. */
  readonly model: string;
  /** Empty when there are none. */
  readonly instructions: string;
  /** The new input; a plain text is turned into one user message. */
  readonly input: readonly WireItem[];
  readonly previousResponseId?: string;
  readonly conversationId?: string;
  readonly sampling: Sampling;
  readonly tools: ClientTools;
  /** Keyed by the name under which the model knows the tool. */
  readonly toolOrigins: ReadonlyMap<string, ToolOrigin>;
  readonly hostedTools: ReadonlySet<HostedTool>;
  readonly mcpServers: readonly RemoteMcpServer[];
  /** The limit on calls of Claude Code's own tools in one response. */
  readonly maxToolCalls?: number;
  readonly outputFormat?: OutputFormat;
  readonly isStream: boolean;
  readonly isBackground: boolean;
  readonly isStored: boolean;
  readonly include: ReadonlySet<string>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly truncation: "auto" | "disabled";
  /** The client asked for summaries of the thinking. */
  readonly showsReasoning: boolean;
  /** The fields of the response object that repeat the request, with OpenAI's defaults, in wire format. */
  readonly echo: JsonObject;
  readonly parameterNames: ParameterNames;
  /** Parameters that were accepted without effect. */
  readonly ignored: readonly string[];
  readonly endUser?: string;
  /** The client's settings for Turnpike itself. */
  readonly claude: ClaudeSettings;
}
