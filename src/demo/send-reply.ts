import { assertNever } from "../lib/assert-never.ts";
import { delay } from "../lib/time.ts";
import { errorJson, httpError, statusOfFault } from "./build-fault.ts";
import { createId } from "./create-id.ts";
import {
  emptyMessage,
  finalUsage,
  type MessageContext,
  type MessageEvent,
  messageEvents,
  SERVICE,
  stopDetailsOf,
} from "./message-events.ts";
import type { ReplyConnection } from "./reply-connection.ts";
import type { Block, HttpReply, MessageReply, Reply, Step } from "./reply.ts";
import { isBlock, textOf } from "./block-text.ts";
import { parseInput } from "./seal-reply.ts";

export interface ReplyContext extends MessageContext {
  stream: boolean;
}

/** The state in which the script left the connection. */
export type Sent = "finished" | "broken";

/** Performs a reply to its end. Rejects with `ConnectionLost` when the client leaves first. */
export async function sendReply(
  reply: Reply,
  connection: ReplyConnection,
  context: ReplyContext,
): Promise<Sent> {
  if (reply.type === "message") {
    for (const step of reply.beforeHeaders) {
      const sent = await performStep(step, connection);
      if (sent) return sent;
    }
    return context.stream ? streamMessage(reply, connection, context) : sendWhole(reply, connection, context);
  }
  if (reply.type === "http") return sendHttp(reply, connection);
  const sent = await performStep(reply, connection);
  return sent ?? sendHttp(httpError(500, { message: "The script ended without a reply" }), connection);
}

async function streamMessage(
  reply: MessageReply,
  connection: ReplyConnection,
  context: MessageContext,
): Promise<Sent> {
  connection.start(200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache",
    "request-id": createId("req_01"),
    ...reply.headers,
  });
  for (const step of reply.beforeStart) {
    const sent = await performStep(step, connection);
    if (sent) return sent;
  }
  for (const item of messageEvents(reply, context)) {
    if (item.type === "event") {
      const content = formatEvent(item.event);
      // The end goes out with the last event: clients hang up as soon as they have read it.
      if (item.event.type === "message_stop") await connection.finish(content);
      else await connection.write(content);
      continue;
    }
    const sent = await performStep(item, connection);
    if (sent) return sent;
  }
  return "finished";
}

async function sendWhole(
  reply: MessageReply,
  connection: ReplyConnection,
  context: MessageContext,
): Promise<Sent> {
  const body = JSON.stringify(wholeMessage(reply, context));
  for (const step of [...reply.beforeStart, ...stepsOf(reply)]) {
    // Pings exist in streams only.
    if (step.type === "ping") continue;
    const sent = await performStep(step, connection);
    if (sent) return sent;
  }
  const headers = { "content-type": "application/json", "request-id": createId("req_01"), ...reply.headers };
  // A `raw` step has already started the response, with a body that is not JSON.
  if (!connection.hasStarted) connection.start(200, headers);
  await connection.finish(body);
  return "finished";
}

export async function sendHttp(reply: HttpReply, connection: ReplyConnection): Promise<Sent> {
  if (!connection.hasStarted)
    connection.start(reply.status, { "request-id": createId("req_01"), ...reply.headers });
  await connection.finish(reply.body);
  return "finished";
}

/** Undefined when the reply goes on after this step. */
async function performStep(step: Step, connection: ReplyConnection): Promise<Sent | undefined> {
  switch (step.type) {
    case "gate":
      await connection.wait(step.pass());
      return undefined;
    case "pause":
      await delay(step.ms, connection.signal);
      return undefined;
    case "ping":
      await connection.write(formatEvent({ type: "ping" }));
      return undefined;
    case "raw":
      await connection.write(step.text);
      return undefined;
    case "error-event":
      if (!connection.hasStarted)
        return sendHttp(httpError(statusOfFault(step.error.type), step.error), connection);
      await connection.finish(`event: error\ndata: ${errorJson(step.error)}\n\n`);
      return "finished";
    case "reset":
      await connection.destroy();
      return "broken";
    case "hang":
      await connection.wait(new Promise<never>(() => {}));
      return undefined;
    case "truncate":
      await connection.finish();
      return "finished";
    default:
      return assertNever(step);
  }
}

function formatEvent(event: MessageEvent): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** A reply in the form in which the API answers a request without `stream: true`. */
function wholeMessage(reply: MessageReply, context: MessageContext): Record<string, unknown> {
  return {
    ...emptyMessage(context),
    content: reply.blocks.filter(isBlock).map(wholeBlockOf),
    stop_reason: reply.stopReason,
    stop_sequence: reply.stopSequence,
    stop_details: stopDetailsOf(reply),
    usage: { ...finalUsage(reply, context), ...SERVICE },
  };
}

/** All steps of a reply's content, in order: a non-streaming answer performs them before it is sent. */
function* stepsOf(reply: MessageReply): Generator<Step> {
  for (const item of reply.blocks) {
    if (!isBlock(item)) yield item;
    else if (item.type !== "whole") yield* item.chunks.filter((chunk) => typeof chunk !== "string");
  }
}

function wholeBlockOf(block: Block): Record<string, unknown> {
  switch (block.type) {
    case "text":
      return { type: "text", text: textOf(block) };
    case "thinking":
      return { type: "thinking", thinking: textOf(block), signature: block.signature };
    case "tool_use":
      return { type: "tool_use", id: block.id, name: block.name, input: parseInput(textOf(block)) };
    case "whole":
      return block.block;
  }
}
