import { uniquePartOf } from "../../../core/words/ids.ts";
import type {
  ActivityEnd,
  ActivityStart,
  FileChanged,
  FilesChanged,
} from "../../../core/words/turn-event.ts";
import { assertNever } from "../../../lib/assert-never.ts";
import { type Activity, activityCallId, toActivity } from "./activity-items.ts";
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

/** Writes what Claude Code does by itself as items, which begin in the order of the activities and end with them. */
export class ActivitiesWriter {
  readonly #output: OutputWriter;
  readonly #head: ResponseHead;
  readonly #citations: Citations;
  readonly #open = new Map<string, ActivityWriter>();
  readonly #changes: FileChangesWriter;
  /** Ids of the calls whose file changes have items of their own. */
  readonly #patchIds = new Set<string>();
  readonly #approvedIds: string[];
  #workspace: string | undefined;

  constructor(output: OutputWriter, head: ResponseHead, citations: Citations) {
    this.#output = output;
    this.#head = head;
    this.#citations = citations;
    this.#changes = new FileChangesWriter(output, uniquePartOf(head.turnId));
    this.#approvedIds = [...(head.approvedIds ?? [])];
  }

  /** Paths below this folder are shown relative to it. */
  workIn(workspace: string): void {
    this.#workspace = workspace;
  }

  isShown(start: ActivityStart): boolean {
    if (this.#head.showsActivity) return true;
    // Anything that the client itself asked for is always shown.
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
    // Notes never need approval, and an MCP tool's writer waits by itself if it must.
    const mayAsk = this.#head.asksClient === true && activity.type !== "note" && !isDeferring(activity);
    const writer = mayAsk ? new DeferredActivityWriter(create) : create();
    this.#open.set(activityId, writer);
    yield* writer.start();
  }

  /** Whether this activity's item has not begun yet. */
  isHeldBack(activityId: string): boolean {
    return this.#open.get(activityId)?.isDeferrable ?? false;
  }

  /** Called when an activity has run for a while: it cannot be waiting for the client then. */
  *progress(activityId: string): Events {
    const writer = this.#open.get(activityId);
    if (writer?.begin) yield* writer.begin();
  }

  *end(end: ActivityEnd): Events {
    const writer = this.#open.get(end.activityId);
    this.#open.delete(end.activityId);
    if (writer) yield* writer.end(end);
  }

  /** Called when a call waits for the client: it becomes an item of the response that continues it. */
  defer(approvalId: string): void {
    const activityId = approvalId.replace(APPROVAL, "");
    if (this.#open.get(activityId)?.isDeferrable) this.#open.delete(activityId);
  }

  /** Called when a call has changed this file. */
  changed({ activityId, change }: FileChanged): void {
    if (this.#patchIds.has(activityId)) this.#changes.shown(change.path);
  }

  /** Writes an item for each of the turn's changed files that has none. */
  *changes({ changes }: FilesChanged): Events {
    if (this.#head.showsActivity) yield* this.#changes.write(changes);
  }

  /** Ends everything that is still open. */
  *close(): Events {
    for (const writer of this.#open.values()) yield* writer.cut();
    this.#open.clear();
  }

  #describe(start: ActivityStart): Activity {
    const showPath = (path: string) => pathInWorkspace(path, this.#workspace);
    return toActivity(start, { ...this.#head, showPath });
  }

  /** Takes the approval that a call was waiting for; a restarted call has another id, so it gets the first one left. */
  #takeApproval(activityId: string): string | null {
    const own = this.#approvedIds.findIndex((id) => id.replace(APPROVAL, "") === activityId);
    return this.#approvedIds.splice(Math.max(0, own), 1)[0] ?? null;
  }

  #newWriter(activity: Activity, activityId: string): ActivityWriter {
    const output = this.#output;
    const callId = activityCallId(activityId);
    const containerId = this.#head.containerId ?? `cntr_${uniquePartOf(this.#head.turnId)}`;
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

/** The prefix that makes an approval's id from a call's. */
const APPROVAL = /^mcpr_/;
