import type { InputMessage, InputPart, Message } from "../../../core/words/message.ts";
import type { AskedCall, ToolApproval } from "../../../core/words/server-tools.ts";
import { assertNever } from "../../../lib/assert-never.ts";
import { missingParameter, RequestError } from "../../request-error.ts";
import { AnswerBuilder } from "./answer-builder.ts";
import { isGluedMessageId } from "./answer-texts.ts";
import { CallOutputs } from "./call-outputs.ts";
import { isActivityItem } from "./is-activity-item.ts";
import type { ItemOf, KnownItem } from "./item-schemas.ts";
import { modelToolName } from "../tools/model-tool-name.ts";
import type { FindFile } from "../../given-file.ts";
import { readAnswerContent, readInputContent, readTextContent } from "./parse-item-content.ts";
import { readItem } from "./parse-items.ts";
import {
  type CallItem,
  type CallOutputItem,
  isCallItem,
  isCallOutputItem,
  readCall,
  readCallOutput,
} from "./read-call-item.ts";
import { readSealedSummary, readSealedThought } from "./read-sealed.ts";
import type { ToolOrigin, WireItem } from "../responses-request.ts";
import { readAskedCall } from "./read-asked-call.ts";
import { tellForeignItem } from "./tell-foreign-item.ts";

export interface WalkOptions {
  /** Decrypts a sealed text of this server; undefined when it is not one. */
  readonly unseal: (text: string) => unknown;
  readonly findFile?: FindFile;
  /** The request's own tools, to recognize calls whose namespace a client did not send back. */
  readonly toolOrigins?: ReadonlyMap<string, ToolOrigin>;
  /** The conversation is named, so outputs may come first, without the answer that made the calls. */
  readonly isContinuation?: boolean;
}

interface Place {
  readonly item: WireItem;
  readonly param: string;
}

/** The beginning of the message that stands for everything that was compacted. */
export const SUMMARY_OPENING =
  "The conversation so far was compacted. This is a summary of it, made for you to go on from:";

/** Walks over the items of a conversation once and gathers its messages. */
export class ItemWalker {
  readonly #places: readonly Place[];
  readonly #options: WalkOptions;
  readonly #outputs = new CallOutputs();
  readonly #messages: Message[] = [];
  #answer: AnswerBuilder | undefined;
  /** What the client has said since the last answer. */
  #inputs: InputMessage[] = [];
  /** Whether the client has sent anything after the last answer. */
  #hasInput = false;
  /** Whether there has been anything besides system messages. */
  #hasBegun = false;
  #approvals: ToolApproval[] = [];
  /** By id; undefined when the request cannot be read, or is answered. */
  readonly #approvalRequests = new Map<string | null | undefined, AskedCall | undefined>();
  /** Call ids by item id. */
  #localShellCalls: ReadonlyMap<string | null | undefined, string> | undefined;

  constructor(places: readonly Place[], options: WalkOptions) {
    this.#places = places;
    this.#options = options;
  }

  walk(): { readonly messages: readonly Message[]; readonly approvals: readonly ToolApproval[] } {
    this.#places.forEach(({ item, param }, index) => {
      const known = readItem(item);
      if (!isActivityItem(item) && isCallOutputItem(known)) this.#gather(known, index, param);
    });
    this.#places.forEach(({ item, param }, index) => this.#add(item, index, param));
    this.#close(this.#places.length);
    this.#outputs.requireAllTaken();
    return { messages: this.#messages, approvals: this.#approvals };
  }

  #gather(item: CallOutputItem, index: number, param: string): void {
    const output = readCallOutput(item, param, this.#findFile);
    const callId = this.#callIdOf(item, param);
    this.#outputs.add(index, kindOf(item).replace(/ output$/, ""), {
      type: "tool-result",
      callId,
      ...output,
    });
  }

  #add(wire: WireItem, index: number, param: string): void {
    const item = readItem(wire);
    if (item.type === "message" && item.role !== "assistant") return this.#addInput(item, param);
    this.#hasBegun = true;
    if (isActivityItem(wire)) {
      this.#open(index);
      return;
    }
    if (isCallOutputItem(item)) {
      this.#hasInput = true;
      return;
    }
    if (isCallItem(item)) return this.#addCall(item, index);
    switch (item.type) {
      case "message":
        this.#open(index).addText(answerTextOf(item, param), isGluedMessageId(item.id));
        return;
      case "reasoning":
        this.#addThought(item, index);
        return;
      case "compaction":
        this.#say("user", [{ type: "text", text: this.#summaryOf(item, param) }]);
        return;
      case "mcp_approval_request":
        this.#open(index);
        this.#approvalRequests.set(item.id, readAskedCall(wire));
        return;
      case "mcp_approval_response":
        this.#addApproval(item);
        return;
      case "mcp_list_tools":
      case "mcp_call":
      case "web_search_call":
      case "file_search_call":
      case "code_interpreter_call":
        this.#open(index).addText(tellForeignItem(wire), false);
        return;
      case "item_reference":
        throw new Error("References are resolved before.");
      default:
        assertNever(item);
    }
  }

  #addInput(item: ItemOf<"message">, param: string): void {
    const contentParam = `${param}.content`;
    if (item.role === "user") {
      this.#say("user", readInputContent(item.content, contentParam, this.#findFile));
      return;
    }
    this.#say("system", readTextContent(item.content, contentParam, ["input_text"]));
  }

  #say(role: "user" | "system", content: readonly InputPart[]): void {
    this.#hasBegun ||= role === "user";
    // Leading system messages do not begin the conversation, so outputs may still come first.
    (this.#hasBegun ? this.#inputs : this.#messages).push({ role, content });
    this.#hasInput ||= this.#hasBegun;
  }

  #addCall(item: CallItem, index: number): void {
    const answer = this.#open(index);
    const part = readCall(item, (name, namespace) => this.#toolName(name, namespace));
    const isCut = item["status"] === "incomplete" || item["status"] === "in_progress";
    // The answer ended in the middle of this call, so it was never made.
    if (isCut && !this.#outputs.has(part.callId, index)) return;
    answer.addCall({ part, kind: kindOf(item), index });
  }

  #addApproval(item: ItemOf<"mcp_approval_response">): void {
    const { approval_request_id: id, approve, reason } = item;
    if (!this.#options.isContinuation && !this.#approvalRequests.has(id)) {
      throw new RequestError(
        null,
        `No approval request found for approval response with approval_request_id ${id.slice(0, 64)}.`,
        "input",
      );
    }
    this.#hasInput = true;
    const call = this.#approvalRequests.get(id);
    this.#approvalRequests.set(id, undefined);
    const said = { approvalId: id, isApproved: approve, ...(reason ? { reason } : {}) };
    this.#approvals.push({ ...said, ...(call && { call }) });
  }

  /** Thinking that can no longer be read is dropped. */
  #addThought(item: ItemOf<"reasoning">, index: number): void {
    const answer = this.#open(index);
    const sealed = item.encrypted_content;
    const thought = sealed ? readSealedThought(this.#options.unseal(sealed)) : undefined;
    if (thought) answer.add(thought);
  }

  #summaryOf(item: ItemOf<"compaction">, param: string): string {
    const summary = readSealedSummary(this.#options.unseal(item.encrypted_content));
    if (summary !== undefined) return `${SUMMARY_OPENING}\n\n${summary}`;
    throw new RequestError(
      "invalid_encrypted_content",
      `The encrypted content for item ${item.id ?? param} could not be verified.`,
      `${param}.encrypted_content`,
    );
  }

  /** The answer that is being gathered, or a new one if the client has said something since. */
  #open(index: number): AnswerBuilder {
    if (this.#answer && !this.#hasInput) return this.#answer;
    this.#close(index);
    this.#answer = new AnswerBuilder();
    this.#approvals = [];
    return this.#answer;
  }

  /** Stores the last answer and what was said after it. */
  #close(index: number): void {
    const { calls = [], message } = this.#answer ?? {};
    if (message) this.#messages.push(message);
    const isBlind = !message && this.#options.isContinuation === true;
    const results = isBlind
      ? this.#outputs.takeBlindly(index)
      : calls
          .map(({ part, index: callIndex, kind }) => this.#outputs.take(part.callId, callIndex, kind))
          .sort((one, other) => one.index - other.index)
          .map(({ result }) => result);
    for (const result of results) this.#messages.push({ role: "tool", content: [result] });
    this.#messages.push(...this.#inputs);
    this.#inputs = [];
    this.#hasInput = false;
  }

  get #findFile(): FindFile {
    return this.#options.findFile ?? (() => undefined);
  }

  /** A local shell's output may name either its call's id or the id of the item that made the call. */
  #callIdOf(item: CallOutputItem, param: string): string {
    if (item.call_id) return item.call_id;
    const { id } = item;
    this.#localShellCalls ??= new Map(
      this.#places.flatMap((place) => {
        const made = readItem(place.item);
        return made.type === "local_shell_call" ? [[made.id, made.call_id] as const] : [];
      }),
    );
    const callId = this.#localShellCalls.get(id);
    if (callId !== undefined) return callId;
    if (!id) throw missingParameter(`${param}.call_id`);
    return id;
  }

  #toolName(name: string, namespace: string | null | undefined): string {
    const { toolOrigins } = this.#options;
    if (namespace || !toolOrigins || toolOrigins.has(name)) return modelToolName(name, namespace);
    const known = [...toolOrigins].filter(([, origin]) => "name" in origin && origin.name === name);
    return known.length === 1 ? (known[0]?.[0] ?? name) : name;
  }
}

function answerTextOf(item: ItemOf<"message">, param: string): string {
  return readAnswerContent(item.content, `${param}.content`)
    .map(({ text }) => text)
    .join("");
}

/** The name in errors: `function call`, `custom tool call`. */
function kindOf(item: KnownItem): string {
  return item.type.replaceAll("_", " ");
}
