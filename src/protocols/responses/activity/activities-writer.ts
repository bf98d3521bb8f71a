import type {
  ActivityEnd,
  ActivityStart,
  FileChanged,
  FilesChanged,
} from "../../../core/words/turn-event.ts";
import { assertNever } from "../../../lib/assert-never.ts";
import { type Activity, activityCallId, describeActivity } from "./activity-items.ts";
import type { ActivityWriter } from "./activity-writer.ts";
import type { Citations } from "../output/citations.ts";
import { CodeActivityWriter } from "./code-activity-writer.ts";
import { DeferredActivityWriter } from "./deferred-activity-writer.ts";
import { FileChangesWriter } from "./file-changes-writer.ts";
import { McpActivityWriter } from "./mcp-activity-writer.ts";
import { NoteActivityWriter } from "./note-activity-writer.ts";
import type { Events, OutputWriter } from "../output/output-writer.ts";
import { pathInWorkspace } from "../../../core/words/path-in-workspace.ts";
import { PatchActivityWriter } from "./patch-activity-writer.ts";
import type { ResponseHead } from "../response-head.ts";
import { SearchActivityWriter } from "./search-activity-writer.ts";
import { ShellActivityWriter } from "./shell-activity-writer.ts";

/** Writes what Claude Code does by itself as items: they begin in the order in which it began, and are done as it ends. */
export class ActivitiesWriter {
  readonly #output: OutputWriter;
  readonly #head: ResponseHead;
  readonly #citations: Citations;
  readonly #open = new Map<string, ActivityWriter>();
  readonly #changes: FileChangesWriter;
  /** The calls that have items of the files that they change. */
  readonly #patchIds = new Set<string>();
  readonly #approvedIds: string[];
  #workspace: string | undefined;

  constructor(output: OutputWriter, head: ResponseHead, citations: Citations) {
    this.#output = output;
    this.#head = head;
    this.#citations = citations;
    this.#changes = new FileChangesWriter(output, head.turnId.replace(/^turn_/, ""));
    this.#approvedIds = [...(head.approvedIds ?? [])];
  }

  /** Paths below this folder are shown relative to it. */
  workIn(workspace: string): void {
    this.#workspace = workspace;
  }

  isShown(start: ActivityStart): boolean {
    if (this.#head.showsActivity) return true;
    // What the client itself asked for is shown in any case.
    const activity = this.#describe(start);
    const asked = this.#head.hostedTools;
    switch (activity.type) {
      case "search":
      case "page":
        return asked?.has("web_search") ?? false;
      case "shell":
        return asked?.has("shell") ?? false;
      case "code":
        return asked?.has("code_interpreter") ?? false;
      case "mcp":
        return activity.call.isRequested;
      case "patch":
      case "note":
        return false;
      default:
        return assertNever(activity);
    }
  }

  *start(start: ActivityStart): Events {
    if (!this.isShown(start)) return;
    const { activityId } = start;
    const activity = this.#describe(start);
    if (activity.type === "patch") this.#patchIds.add(activityId);
    const create = () => this.#newWriter(activity, activityId);
    // What is a note asks nobody, and an MCP tool's writer waits by itself where it must.
    const mayAsk = this.#head.asksClient === true && activity.type !== "note" && !isDeferring(activity);
    const writer = mayAsk ? new DeferredActivityWriter(create) : create();
    this.#open.set(activityId, writer);
    yield* writer.start();
  }

  /** Whether an item of this activity is still to begin. */
  isHeldBack(activityId: string): boolean {
    return this.#open.get(activityId)?.isDeferrable ?? false;
  }

  /** It has been running for a while, so it is not waiting for the client. */
  *progress(activityId: string): Events {
    const writer = this.#open.get(activityId);
    if (writer?.begin) yield* writer.begin();
  }

  *end(end: ActivityEnd): Events {
    const writer = this.#open.get(end.activityId);
    this.#open.delete(end.activityId);
    if (writer) yield* writer.end(end);
  }

  /** A call waits for the client: it is an item of the response that goes on with it. */
  defer(approvalId: string): void {
    const activityId = approvalId.replace(APPROVAL, "");
    if (this.#open.get(activityId)?.isDeferrable) this.#open.delete(activityId);
  }

  /** A call has changed this file. */
  changed({ activityId, change }: FileChanged): void {
    if (this.#patchIds.has(activityId)) this.#changes.shown(change.path);
  }

  /** What the turn has changed: an item for each file that has none. */
  *changes({ changes }: FilesChanged): Events {
    if (this.#head.showsActivity) yield* this.#changes.write(changes);
  }

  /** Ends all that has not ended. */
  *close(): Events {
    for (const writer of this.#open.values()) yield* writer.cut();
    this.#open.clear();
  }

  #describe(start: ActivityStart): Activity {
    const showPath = (path: string) => pathInWorkspace(path, this.#workspace);
    return describeActivity(start, { ...this.#head, showPath });
  }

  /** The approval that a call was waiting for; a call that was begun anew has another id. */
  #takeApproval(activityId: string): string | null {
    const own = this.#approvedIds.findIndex((id) => id.replace(APPROVAL, "") === activityId);
    return this.#approvedIds.splice(Math.max(0, own), 1)[0] ?? null;
  }

  #newWriter(activity: Activity, activityId: string): ActivityWriter {
    const output = this.#output;
    const callId = activityCallId(activityId);
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
        return new McpActivityWriter(output, activity.call, () => this.#takeApproval(activityId));
      case "note":
        return new NoteActivityWriter(output, activity.text);
      default:
        return assertNever(activity);
    }
  }
}

function isDeferring(activity: Activity): boolean {
  return activity.type === "mcp" && activity.call.needsApproval;
}

/** What stands before the id of a call in that of its approval. */
const APPROVAL = /^mcpr_/;
