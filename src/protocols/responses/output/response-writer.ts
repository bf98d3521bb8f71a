import { uniquePartOf } from "../../../core/words/ids.ts";
import type { ErrorInfo } from "../../../core/words/app-error.ts";
import type { JsonObject } from "../../../core/words/client-tool.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { FilesChanged, StopReason, TurnEnd, TurnEvent } from "../../../core/words/turn-event.ts";
import { NO_USAGE, type Usage } from "../../../core/words/usage.ts";
import { assertNever } from "../../../lib/assert-never.ts";
import { formatFileChanges } from "../../format-file-changes.ts";
import { formatNotice, type NoticeBody } from "../../format-notice.ts";
import { ActivitiesWriter } from "../activity/activities-writer.ts";
import { type AgentEvent, formatAgentEvent } from "./agent-events.ts";
import type { CallWriter } from "./call-writer.ts";
import { Citations } from "./citations.ts";
import { formatResponseBody } from "./format-response-body.ts";
import { writeApprovalRequest, writeMcpTools } from "../activity/mcp-item-writer.ts";
import { MessageWriter } from "./message-writer.ts";
import { newCallWriter } from "./new-call-writer.ts";
import { type Events, type ItemEnd, OutputWriter } from "./output-writer.ts";
import { ReasoningWriter } from "./reasoning-writer.ts";
import { formatErrorEvent, formatResponseError } from "../response-error.ts";
import type { ResponseBody, ResponseEvent, ResponseHead, ResponseStatus } from "../response-head.ts";
import { formatResponseUsage } from "./response-usage.ts";

/**
 * Converts a turn's events to those of a response, and has the current response object at any time. It is pure except for its own
 * state. The stream ends once: with the turn's own end, `fail` or `cancel`, whichever comes first; nothing follows.
 */
export class ResponseWriter {
  readonly #head: ResponseHead;
  readonly #clock: Clock;
  readonly #output: OutputWriter;
  readonly #messages: MessageWriter;
  readonly #reasoning: ReasoningWriter;
  readonly #activities: ActivitiesWriter;
  /** The call that is being written. */
  #call: CallWriter | undefined;
  #hasCalls = false;
  #status: ResponseStatus;
  /** Fields that the body has only at the end. */
  #ending: JsonObject = {};
  #fileChanges: JsonObject = {};
  readonly #notices: NoticeBody[] = [];
  /** The last event that reported the response's status. */
  #statusEvent: ResponseEvent | undefined;

  constructor(head: ResponseHead, clock: Clock) {
    this.#head = head;
    this.#clock = clock;
    this.#status = head.isBackground ? "queued" : "in_progress";
    this.#output = new OutputWriter(uniquePartOf(head.turnId));
    const citations = new Citations();
    this.#messages = new MessageWriter(this.#output, citations);
    this.#reasoning = new ReasoningWriter(this.#output, head);
    this.#activities = new ActivitiesWriter(this.#output, head, citations);
  }

  /** The object that a client would get at this moment. */
  get body(): ResponseBody {
    return formatResponseBody(this.#head, {
      status: this.#status,
      output: this.#output.items,
      ...this.#ending,
    });
  }

  get isEnded(): boolean {
    return this.#status !== "queued" && this.#status !== "in_progress";
  }

  /** The events before the turn. A response in the background is queued until its turn starts. */
  start(): ResponseEvent[] {
    const first = this.#lifecycle("response.created");
    const second = this.#status === "queued" ? "response.queued" : "response.in_progress";
    return [first, this.#lifecycle(second)];
  }

  /**
   * Repeats the event that reported the status (`response.in_progress` or `response.queued`), unchanged except for its number: a
   * sign of life for clients that count only events.
   */
  repeat(): ResponseEvent[] {
    if (this.isEnded || !this.#statusEvent) return [];
    const { type, sequence_number: _, ...fields } = this.#statusEvent;
    return [this.#output.event(type, fields)];
  }

  of(event: TurnEvent): ResponseEvent[] {
    return this.isEnded ? [] : [...this.#of(event)];
  }

  /** Called when the client wants no more. */
  cancel(): ResponseEvent[] {
    return this.isEnded ? [] : [...this.#cancel(NO_USAGE)];
  }

  /** Fails a response whose turn could not end it. */
  fail(error: ErrorInfo): ResponseEvent[] {
    return this.isEnded ? [] : [...this.#fail(error, NO_USAGE)];
  }

  *#of(event: TurnEvent): Events {
    if (this.#status === "queued") {
      this.#status = "in_progress";
      yield this.#lifecycle("response.in_progress");
    }
    switch (event.type) {
      case "text-delta":
        if (event.text === "") return;
        yield* this.#reasoning.close("completed");
        yield* this.#messages.add(event.text);
        return;
      case "reasoning-delta":
        yield* this.#messages.close("completed");
        yield* this.#reasoning.add(event.text);
        return;
      case "reasoning-end":
        yield* this.#messages.close("completed");
        if (event.signature === undefined) yield* this.#reasoning.close("incomplete");
        else yield* this.#reasoning.end(event.signature, event.model);
        return;
      case "reasoning-redacted":
        yield* this.#closeSpeech("completed");
        yield* this.#reasoning.redacted(event.data, event.model);
        return;
      case "tool-call-start": {
        yield* this.#closeSpeech("completed");
        const origin = this.#head.toolOrigins.get(event.name) ?? { type: "function", name: event.name };
        this.#call = newCallWriter(this.#output, origin, event.callId);
        yield* this.#call.start();
        return;
      }
      case "tool-call-delta":
        if (this.#call) yield* this.#call.add(event.text);
        return;
      case "tool-call-end":
        // What a limit has cut stays open, and ends with the response.
        if (event.isCut === true) return;
        if (this.#call) yield* this.#call.end(event.arguments);
        this.#call = undefined;
        this.#hasCalls = true;
        return;
      case "activity-start":
        if (!this.#activities.isShown(event)) return;
        yield* this.#closeSpeech("completed");
        yield* this.#activities.start(event);
        return;
      case "activity-end":
        if (this.#activities.isHeldBack(event.activityId)) yield* this.#closeSpeech("completed");
        yield* this.#activities.end(event);
        return;
      case "activity-progress":
        if (this.#activities.isHeldBack(event.activityId)) yield* this.#closeSpeech("completed");
        yield* this.#activities.progress(event.activityId);
        yield* this.#tell(event);
        return;
      case "permission-request":
      case "permission-resolved":
        yield* this.#tell(event);
        return;
      case "file-change":
        this.#activities.changed(event);
        yield* this.#tell(event);
        return;
      case "file-changes":
        yield* this.#tellChanges(event);
        return;
      case "mcp-tools":
        if (this.#head.isListed?.(event)) return;
        yield* this.#closeSpeech("completed");
        yield* writeMcpTools(this.#output, event);
        return;
      case "approval-request":
        yield* this.#closeSpeech("completed");
        this.#activities.defer(event.approvalId);
        this.#hasCalls = true;
        yield* writeApprovalRequest(this.#output, event);
        return;
      case "turn-end":
        yield* this.#end(event);
        return;
      case "turn-error":
        if (event.error.kind === "cancelled") yield* this.#cancel(event.usage);
        else if (event.error.kind === "refusal") yield* this.#refuse(event.error, event.usage);
        else yield* this.#fail(event.error, event.usage);
        return;
      case "turn-start":
        this.#activities.workIn(event.workspace);
        return;
      case "notice": {
        const notice = formatNotice(event);
        if (notice) this.#notices.push(notice);
        return;
      }
      case "transcript-append":
        return;
      default:
        assertNever(event);
    }
  }

  *#tell(event: AgentEvent): Events {
    if (!this.#head.tellsAgent) return;
    const { type, fields } = formatAgentEvent(event);
    yield this.#output.event(type, fields);
  }

  *#tellChanges(event: FilesChanged): Events {
    yield* this.#tell(event);
    if (!this.#head.showsActivity) return;
    this.#fileChanges = { ...formatFileChanges(event) };
    yield* this.#closeSpeech("completed");
    yield* this.#activities.changes(event);
  }

  *#end({ reason, usage }: TurnEnd): Events {
    const isCut = CUTS.has(reason);
    yield* this.#closeAll(isCut ? "incomplete" : "completed");
    const saysNothing = !this.#messages.hasItems && !this.#hasCalls;
    const isEmpty = isCut ? this.#output.items.length === 0 : saysNothing;
    if (isEmpty) yield* this.#messages.empty(isCut ? "incomplete" : "completed");
    if (isCut) {
      const cut = { incomplete_details: { reason: "max_output_tokens" } };
      yield this.#last("incomplete", usage, cut, AGENT_STOPS[reason]);
    } else {
      yield this.#last("completed", usage, { completed_at: seconds(this.#clock()) });
    }
  }

  *#refuse(error: ErrorInfo, usage: Usage): Events {
    yield* this.#closeAll("incomplete");
    yield* this.#messages.refusal(error.message);
    yield this.#last("failed", usage, { error: formatResponseError(error) });
  }

  *#fail(error: ErrorInfo, usage: Usage): Events {
    yield* this.#closeAll("incomplete");
    yield this.#output.event("error", formatErrorEvent(error));
    yield this.#last("failed", usage, { error: formatResponseError(error) });
  }

  *#cancel(usage: Usage): Events {
    yield* this.#closeAll("incomplete");
    yield this.#last("cancelled", usage, {});
  }

  *#closeSpeech(end: ItemEnd): Events {
    yield* this.#messages.close(end);
    yield* this.#reasoning.close(end);
  }

  *#closeAll(end: ItemEnd): Events {
    yield* this.#closeSpeech(end);
    if (this.#call) yield* this.#call.cut();
    this.#call = undefined;
    yield* this.#activities.close();
  }

  #last(status: LastStatus, usage: Usage, fields: JsonObject, stopReason?: string): ResponseEvent {
    this.#status = status;
    const isCounted =
      usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens + usage.outputTokens > 0;
    const isEnd = status === "completed" || status === "incomplete";
    const claude = {
      ...this.#fileChanges,
      ...(this.#notices.length > 0 && { notices: this.#notices.map((notice) => ({ ...notice })) }),
      ...(stopReason !== undefined && { stop_reason: stopReason }),
    };
    this.#ending = {
      usage: isEnd || isCounted ? formatResponseUsage(usage) : null,
      ...fields,
      ...(Object.keys(claude).length > 0 && { claude }),
    };
    return this.#lifecycle(LAST_EVENTS[status]);
  }

  #lifecycle(type: string): ResponseEvent {
    this.#statusEvent = this.#output.event(type, { response: this.body });
    return this.#statusEvent;
  }
}

/** Reasons that cut an answer short. */
const CUTS: ReadonlySet<StopReason> = new Set(["length", "max-turns", "max-budget"]);
/** Limits on an agent's work, which OpenAI's single reason for limits does not distinguish. */
const AGENT_STOPS: Readonly<Partial<Record<StopReason, string>>> = {
  "max-turns": "max_turns",
  "max-budget": "max_budget",
};

type LastStatus = Exclude<ResponseStatus, "queued" | "in_progress">;

/** OpenAI has no event for a cancelled response, and clients fail on unknown events. */
const LAST_EVENTS: Readonly<Record<LastStatus, string>> = {
  completed: "response.completed",
  incomplete: "response.incomplete",
  failed: "response.failed",
  cancelled: "response.incomplete",
};

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}
