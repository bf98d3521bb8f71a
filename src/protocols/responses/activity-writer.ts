import type { ActivityEnd, ActivityStart } from "../../core/turn-event.ts";
import { assertNever } from "../../lib/assert-never.ts";
import { type Activity, describeActivity } from "./activity-items.ts";
import type { Citations } from "./citations.ts";
import { CodeActivityWriter } from "./code-activity-writer.ts";
import { McpActivityWriter } from "./mcp-activity-writer.ts";
import { NoteActivityWriter } from "./note-activity-writer.ts";
import type { Events, OutputWriter } from "./output-writer.ts";
import { PatchActivityWriter } from "./patch-activity-writer.ts";
import type { ResponseHead } from "./response-head.ts";
import { SearchActivityWriter } from "./search-activity-writer.ts";
import { ShellActivityWriter } from "./shell-activity-writer.ts";

/** Writes one thing that Claude Code does by itself. */
export interface ActivityWriter {
  start(): Events;
  end(end: ActivityEnd): Events;
  /** The turn ends before it. */
  cut(): Events;
}

/** Writes what Claude Code does by itself as items: they begin in the order in which it began, and are done as it ends. */
export class ActivitiesWriter {
  readonly #output: OutputWriter;
  readonly #head: ResponseHead;
  readonly #citations: Citations;
  readonly #open = new Map<string, ActivityWriter>();

  constructor(output: OutputWriter, head: ResponseHead, citations: Citations) {
    this.#output = output;
    this.#head = head;
    this.#citations = citations;
  }

  isShown(start: ActivityStart): boolean {
    if (this.#head.showsActivity) return true;
    // What the client itself asked for is shown in any case.
    const { type } = describeActivity(start, this.#head);
    const asked = this.#head.hostedTools;
    if (type === "search" || type === "page") return asked?.has("web_search") ?? false;
    if (type === "shell") return asked?.has("shell") ?? false;
    if (type === "code") return asked?.has("code_interpreter") ?? false;
    return type === "mcp" && isRequestedServer(start.name, this.#head);
  }

  *start(start: ActivityStart): Events {
    if (!this.isShown(start)) return;
    const writer = this.#newWriter(describeActivity(start, this.#head), start.activityId);
    this.#open.set(start.activityId, writer);
    yield* writer.start();
  }

  *end(end: ActivityEnd): Events {
    const writer = this.#open.get(end.activityId);
    this.#open.delete(end.activityId);
    if (writer) yield* writer.end(end);
  }

  /** Ends all that has not ended. */
  *close(): Events {
    for (const writer of this.#open.values()) yield* writer.cut();
    this.#open.clear();
  }

  #newWriter(activity: Activity, callId: string): ActivityWriter {
    const output = this.#output;
    const containerId = this.#head.containerId ?? `cntr_${this.#head.turnId.replace(/^turn_/, "")}`;
    switch (activity.type) {
      case "shell":
        return new ShellActivityWriter(output, { ...activity, callId, containerId });
      case "code":
        return new CodeActivityWriter(output, { ...activity, containerId });
      case "patch":
        return new PatchActivityWriter(output, { ...activity, callId });
      case "search":
      case "page":
        return new SearchActivityWriter(output, activity, this.#citations, this.#head.include);
      case "mcp":
        return new McpActivityWriter(output, activity);
      case "note":
        return new NoteActivityWriter(output, activity.text);
      default:
        return assertNever(activity);
    }
  }
}

function isRequestedServer(toolName: string, head: ResponseHead): boolean {
  return [...(head.mcpServers?.keys() ?? [])].some((name) => toolName.startsWith(`mcp__${name}__`));
}
