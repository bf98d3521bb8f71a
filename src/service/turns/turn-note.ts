import type { ContentPart, Message } from "../../core/words/message.ts";
import type { TurnEvent } from "../../core/words/turn-event.ts";
import type { ActivityNote, TurnNote } from "../../core/words/turn-note.ts";
import type { TurnRequest } from "../../core/words/turn-request.ts";

/** More are not told apart: the record is not the place for them. */
const MAX_ACTIVITIES = 200;
/** How much of a prompt or an answer is kept, in characters. */
const MAX_CONTENT = 64 * 1024;
/** Of that, the system text takes no more: what was asked comes after it. */
const MAX_SYSTEM = MAX_CONTENT / 4;

export function beginNote(request: TurnRequest, askedAt: number, keepsContent: boolean): TurnNote {
  const { turnId, protocol, target, systemText, messages } = request;
  return {
    turnId,
    protocol,
    profile: target.profile.name,
    modelId: target.modelId,
    model: target.model,
    askedAt,
    activities: [],
    calls: [],
    ...(keepsContent && { content: { prompt: describePrompt(systemText, messages), answer: "" } }),
  };
}

export function noteInTurn(note: TurnNote, event: TurnEvent, now: number): void {
  switch (event.type) {
    case "turn-start":
      note.startedAt = now;
      note.placement = event.placement;
      note.conversationId = event.conversationId;
      note.conversationName = event.conversationName;
      if (event.queuedMs !== undefined) note.queuedMs = event.queuedMs;
      if (event.placedMs !== undefined) note.placedMs = event.placedMs;
      return;
    case "text-delta":
      note.firstTokenAt ??= now;
      addToAnswer(note, event.text);
      return;
    case "reasoning-delta":
      note.firstTokenAt ??= now;
      return;
    case "tool-call-start":
      note.firstTokenAt ??= now;
      begin(note.calls, event.callId, event.name, now);
      return;
    case "tool-call-end":
      end(note.calls, event.callId, now);
      addToAnswer(note, `\n${event.name}(${event.arguments})`);
      return;
    case "activity-start":
      begin(note.activities, event.activityId, event.name, now);
      return;
    case "activity-end":
      end(note.activities, event.activityId, now, event.isError);
      return;
    case "turn-end":
    case "turn-error":
      note.use = { usage: event.usage, costUsd: event.costUsd };
      if (event.type === "turn-error") note.error = event.error.kind;
      return;
    default:
      return;
  }
}

function begin(activities: ActivityNote[], activityId: string, name: string, startedAt: number): void {
  if (activities.length < MAX_ACTIVITIES) activities.push({ activityId, name, startedAt });
}

function end(
  activities: readonly ActivityNote[],
  activityId: string,
  endedAt: number,
  isError = false,
): void {
  const activity = activities.find((each) => each.activityId === activityId);
  if (!activity) return;
  activity.endedAt = endedAt;
  activity.isError = isError;
}

function addToAnswer({ content }: TurnNote, text: string): void {
  if (!content || content.answer.length >= MAX_CONTENT) return;
  content.answer = shortened(content.answer + text, MAX_CONTENT);
}

/** The end of a long history says what was asked: it is kept, and of each text its beginning. */
function describePrompt(systemText: string, messages: readonly Message[]): string {
  const system = systemText === "" ? [] : [shortened(`system: ${systemText}`, MAX_SYSTEM)];
  const texts: string[] = [];
  let room = MAX_CONTENT - (system[0]?.length ?? 0);
  for (const message of messages.toReversed()) {
    if (room <= 0) {
      texts.unshift("…");
      break;
    }
    const text = shortened(`${message.role}: ${describeMessage(message)}`, room);
    texts.unshift(text);
    room -= text.length;
  }
  return [...system, ...texts].join("\n\n");
}

function describeMessage({ content }: Message): string {
  const parts: readonly ContentPart[] = content;
  return parts.map(describePart).join("\n");
}

function describePart(part: ContentPart): string {
  switch (part.type) {
    case "text":
      return part.text;
    case "tool-call":
      return `${part.name}(${part.arguments})`;
    case "tool-result":
      return part.content.map(describePart).join("\n");
    default:
      return `[${part.type}]`;
  }
}

function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}…`;
}
