import { expect } from "vitest";
import type { Responses } from "openai/resources/responses/responses";

import { expectDescribed } from "./expect-described.ts";
import { expectBoth, expectOwnEvent, interfaceProblems, eventNames } from "./response-schemas.ts";

export interface CheckedResponseStream {
  readonly events: readonly Responses.ResponseStreamEvent[];
  readonly response: Responses.Response;
}

const LAST = new Set(["response.completed", "response.incomplete", "response.failed"]);
const UNFINISHED = new Set<unknown>(["in_progress", "searching", "interpreting", "calling"]);

/** What the package and the interface call each kind of item that an output may have. */
const ITEMS: Readonly<Record<string, readonly [packageType: string, schema: string]>> = {
  message: ["ResponseOutputMessage", "OutputMessage"],
  reasoning: ["ResponseReasoningItem", "ReasoningItem"],
  function_call: ["ResponseFunctionToolCall", "FunctionToolCallResource"],
  custom_tool_call: ["ResponseCustomToolCall", "CustomToolCallResource"],
  local_shell_call: ["ResponseOutputItem.LocalShellCall", "LocalShellToolCall"],
  shell_call: ["ResponseFunctionShellToolCall", "FunctionShellCall"],
  shell_call_output: ["ResponseFunctionShellToolCallOutput", "FunctionShellCallOutput"],
  apply_patch_call: ["ResponseApplyPatchToolCall", "ApplyPatchToolCall"],
  apply_patch_call_output: ["ResponseApplyPatchToolCallOutput", "ApplyPatchToolCallOutput"],
  web_search_call: ["ResponseFunctionWebSearch", "WebSearchToolCall"],
  code_interpreter_call: ["ResponseCodeInterpreterToolCall", "CodeInterpreterToolCall"],
  mcp_call: ["ResponseOutputItem.McpCall", "MCPToolCall"],
  mcp_list_tools: ["ResponseOutputItem.McpListTools", "MCPListTools"],
  mcp_approval_request: ["ResponseOutputItem.McpApprovalRequest", "MCPApprovalRequest"],
  compaction: ["ResponseCompactionItem", "CompactionBody"],
};

/** Checks a response object by OpenAI's interface and by the `openai` package's type, and each of its items by its own. */
export function expectResponse(body: unknown): Responses.Response {
  const output: unknown = isRecord(body) ? body["output"] : undefined;
  // First, since what is wrong with one of many kinds of items is hard to tell.
  if (Array.isArray(output)) for (const item of output) expectOutputItem(item);
  expectBoth(body, { packageType: "Response", schema: "Response" });
  expectDescribed("post", "/v1/responses", body);
  // Proof for the cast: it has just been checked against a schema made from this type.
  return body as Responses.Response;
}

export function expectOutputItem(item: unknown): Responses.ResponseOutputItem {
  const names = ITEMS[isRecord(item) ? String(item["type"]) : ""];
  if (!names) throw new Error(`No output has such an item: ${JSON.stringify(item)}`);
  const [packageType, schema] = names;
  expectBoth(item, { packageType, schema });
  // Proof for the cast: it has just been checked against a schema made from this type.
  return item as Responses.ResponseOutputItem;
}

/** Checks an item as lists of items have it. */
export function expectListedItem(item: unknown): void {
  expect(interfaceProblems("ItemResource", item), JSON.stringify(item)).toEqual([]);
}

export function expectResponseEvent(event: unknown): Responses.ResponseStreamEvent {
  const type = isRecord(event) ? String(event["type"]) : "";
  // Proof for the cast: events of ours are read by their type only.
  if (expectOwnEvent(type, event)) return event as Responses.ResponseStreamEvent;
  const names = eventNames(type);
  expect(names, `an event of type ${type}`).toBeDefined();
  if (isRecord(event) && "response" in event) expectResponse(event["response"]);
  if (isRecord(event) && "item" in event) expectOutputItem(event["item"]);
  if (names) expectBoth(event, names);
  // Proof for the cast: it has just been checked against a schema made from this type.
  return event as Responses.ResponseStreamEvent;
}

/**
 * Checks a whole stream of a response: each event is valid, they are numbered from 0, the lifecycle begins and ends once, items
 * begin in order and are done once, what belongs to an item comes in between, pieces add up, and the last event has what the
 * events before it said.
 */
export function expectResponseStream(given: readonly unknown[]): CheckedResponseStream {
  const events = given.map(expectResponseEvent);
  expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index));
  expect(events[0]?.type).toBe("response.created");
  const ends = events.filter((event) => LAST.has(event.type));
  expect(ends, "a stream ends once").toHaveLength(1);
  const last = events.at(-1);
  if (!last || !("response" in last)) throw new Error("The stream does not end with the response.");
  expect(last).toBe(ends[0]);
  expectLifecycle(events);

  const replay = new Replay();
  for (const event of events) replay.take(event);
  replay.expectAllDone();
  expect(last.response.output).toEqual(replay.items);
  for (const item of last.response.output) {
    expect(UNFINISHED.has("status" in item ? item.status : undefined), JSON.stringify(item)).toBe(false);
  }
  return { events, response: last.response };
}

function expectLifecycle(events: readonly Responses.ResponseStreamEvent[]): void {
  const types = events.filter((event) => "response" in event).map((event) => event.type);
  // In a silence the last of them is said again.
  const middle = types.slice(1, -1).filter((type, index, all) => type !== all[index - 1]);
  expect([
    ["response.in_progress"],
    ["response.queued", "response.in_progress"],
    ["response.queued"],
  ]).toContainEqual(middle);
  const ids = events.flatMap((event) => ("response" in event ? [event.response.id] : []));
  expect(new Set(ids).size).toBe(1);
}

/** An event's fields, whatever its type. */
type Fields = Readonly<Record<string, unknown>>;

/** Puts a response together as a client does that trusts nothing. */
class Replay {
  readonly items: unknown[] = [];
  readonly #open = new Map<number, Fields>();
  /** What the deltas of each part have added up to. */
  readonly #texts = new Map<string, string>();
  readonly #parts = new Set<string>();
  /** The texts that are done. */
  readonly #ended = new Set<string>();
  #isUnderWay = false;

  take(event: Responses.ResponseStreamEvent): void {
    // Proof for the cast: an event is an object.
    const fields = event as unknown as Fields;
    this.#isUnderWay ||= event.type === "response.in_progress";
    const index = fields["output_index"];
    if (typeof index !== "number") return;
    expect(this.#isUnderWay, `${event.type} before response.in_progress`).toBe(true);
    switch (event.type) {
      case "response.output_item.added":
        expect(index, "items begin in order").toBe(this.items.length);
        this.#open.set(index, asFields(event.item));
        this.items.push(undefined);
        return;
      case "response.output_item.done":
        this.#expectOpen(index, asFields(event.item)["id"]);
        expect(
          [...this.#parts].filter((part) => part.startsWith(`${index}/`)),
          "a part is not done",
        ).toEqual([]);
        expect(asFields(event.item)["type"]).toBe(this.#open.get(index)?.["type"]);
        this.#open.delete(index);
        this.items[index] = event.item;
        this.#expectTexts(index, event.item);
        return;
      default:
        this.#expectOpen(index, fields["item_id"]);
        this.#part(event.type, fields);
    }
  }

  expectAllDone(): void {
    expect([...this.#open.keys()], "all items are done").toEqual([]);
  }

  #expectOpen(index: number, id: unknown): void {
    const item = this.#open.get(index);
    expect(item, `item ${index} is not open`).toBeDefined();
    // The events of shell commands have no id.
    if (id !== undefined) expect(id).toBe(item?.["id"]);
  }

  #part(type: string, fields: Fields): void {
    const part = fields["content_index"] ?? fields["summary_index"] ?? fields["command_index"] ?? 0;
    const place = `${String(fields["output_index"])}/${String(part)}`;
    const [, name = "", step = ""] = /^response\.(.+)\.(\w+)$/.exec(type) ?? [];
    const isPart = name === "content_part" || name === "reasoning_summary_part";
    if (isPart && step === "added") {
      expect(this.#parts.has(place)).toBe(false);
      this.#parts.add(place);
    }
    if (isPart && step === "done") {
      expect(this.#parts.delete(place), "a part is done once").toBe(true);
      const isEnded = [...this.#ended].some((key) => key.startsWith(`${place} `));
      expect(isEnded, "a part is done after its text").toBe(true);
    }
    if (/^(output_text|refusal|reasoning_summary_text)$/.test(name)) {
      expect(this.#parts.has(place), `${type} outside of its part`).toBe(true);
    }
    const key = `${place} ${name}`;
    if (step === "delta" || (step === "done" && !isPart)) {
      expect(this.#ended.has(key), `${type} after the end`).toBe(false);
    }
    if (step === "delta") {
      const delta = fields["delta"];
      const text = typeof delta === "string" ? delta : Object.values(asFields(delta)).join("");
      expect(text, "an empty delta").not.toBe("");
      this.#texts.set(key, (this.#texts.get(key) ?? "") + text);
    }
    if (step === "done" && !isPart) {
      this.#ended.add(key);
      const whole =
        fields["text"] ?? fields["refusal"] ?? fields["arguments"] ?? fields["input"] ?? fields["code"];
      const said = whole ?? fields["command"] ?? outputText(fields["output"]);
      expect(said, `${type} is what its deltas add up to`).toBe(this.#texts.get(key) ?? "");
    }
  }

  #expectTexts(index: number, item: unknown): void {
    for (const key of this.#texts.keys()) {
      if (key.startsWith(`${index}/`)) expect(this.#ended.has(key), `${key} is done`).toBe(true);
    }
    const said = [...this.#texts].filter(([key]) => key.startsWith(`${index}/`)).map(([, text]) => text);
    const strings = JSON.stringify(allStrings(item).join("\n"));
    for (const text of said) {
      const found = allStrings(item).includes(text) || outputText(asFields(item)["output"]) === text;
      expect(found, `${strings} has what was said: ${text}`).toBe(true);
    }
  }
}

function outputText(output: unknown): string {
  if (!Array.isArray(output)) return "";
  return output
    .map((part) => `${String(asFields(part)["stdout"])}${String(asFields(part)["stderr"])}`)
    .join("");
}

function allStrings(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(allStrings);
  return isRecord(value) ? Object.values(value).flatMap(allStrings) : [];
}

function asFields(value: unknown): Fields {
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}
