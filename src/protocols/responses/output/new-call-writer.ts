import type { JsonObject } from "../../../core/words/client-tool.ts";
import { assertNever } from "../../../lib/assert-never.ts";
import { ApplyPatchCallWriter } from "./apply-patch-call-writer.ts";
import { CustomCallWriter } from "./custom-call-writer.ts";
import { FunctionCallWriter } from "./function-call-writer.ts";
import type { CallWriter } from "./call-writer.ts";
import type { OutputWriter } from "./output-writer.ts";
import type { ToolOrigin } from "../responses-request.ts";
import { LocalShellCallWriter } from "./local-shell-call-writer.ts";
import { ShellCallWriter } from "./shell-call-writer.ts";

/** The writer for a call, whose item depends on how the client declared the tool. */
export function newCallWriter(output: OutputWriter, origin: ToolOrigin, callId: string): CallWriter {
  switch (origin.type) {
    case "function":
      return new FunctionCallWriter(output, callId, nameOf(origin));
    case "custom":
      return new CustomCallWriter(output, callId, nameOf(origin));
    case "shell":
      return new ShellCallWriter(output, callId);
    case "local_shell":
      return new LocalShellCallWriter(output, callId);
    case "apply_patch":
      return new ApplyPatchCallWriter(output, callId);
    default:
      return assertNever(origin);
  }
}

function nameOf({ name, namespace }: { readonly name: string; readonly namespace?: string }): JsonObject {
  return { name, ...(namespace !== undefined && { namespace }) };
}
