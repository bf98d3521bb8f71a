import { randomUUID, type UUID } from "node:crypto";

import { offeredTools } from "../../core/models/forced-tools.ts";
import { dependsOnModel, dropsRoundThinking } from "../../core/models/fit-turn.ts";
import type { ModelAbilities } from "../../core/models/model-abilities.ts";
import type { TurnInput } from "../../core/ports/engine-session.ts";
import { NO_SERVER_TOOLS } from "../../core/words/server-tools.ts";
import type { TranscriptEntry } from "../../core/words/transcript.ts";
import type { EngineEvent } from "../../core/words/turn-event.ts";
import { abortable } from "../../lib/abortable.ts";
import type { AnsweringModel } from "./answering-model.ts";
import { beginTurn, continuesAnswer, roundOf } from "./begin-turn.ts";
import type { ClaudeConnection } from "./claude-connection.ts";
import { requireCommand } from "./command-text.ts";
import { holdsBoundThinking } from "./content/bound-thinking.ts";
import { CallIds } from "./content/call-ids.ts";
import type { UserContent } from "./content/user-content.ts";
import { type MessageOptions, userMessage } from "./content/user-message.ts";
import type { MessageReader } from "./message-reader.ts";
import type { RefusedSchemas } from "./refused-schemas.ts";
import { SessionTuner, type StartedWith } from "./session-tuner.ts";
import type { ClientToolDesk } from "./tools/client-tool-desk.ts";
import { OpenCalls } from "./tools/open-calls.ts";

export interface TurnGiverParts extends StartedWith {
  readonly connection: ClaudeConnection;
  readonly model: AnsweringModel;
  readonly schemas: RefusedSchemas;
  /** What was said before this process started. */
  readonly history: readonly TranscriptEntry[];
  /** The history already holds what the first turn says. */
  readonly holdsFirstTurn?: boolean;
  readonly hasTools: boolean;
}

export interface GivenTurn {
  /** The process holds a message that is not part of the conversation, so it cannot be used again. */
  readonly isUnsaid: boolean;
  /** Events that come before Claude says anything. */
  readonly events: readonly EngineEvent[];
}

/** Gives turns to one Claude Code process and knows what the process holds. */
export class TurnGiver {
  readonly openCalls: OpenCalls;
  readonly #connection: ClaudeConnection;
  readonly #model: AnsweringModel;
  readonly #schemas: RefusedSchemas;
  readonly #hasTools: boolean;
  readonly #desk: ClientToolDesk;
  readonly #reader: MessageReader;
  readonly #tuner: SessionTuner;
  readonly #history: TranscriptEntry[];
  readonly #callIds = new CallIds();
  /** The history already holds the next turn's content. */
  #holdsTurn: boolean;
  #holdsBoundThinking = false;
  /** The id of the message that began the present turn, where it may have to be taken back. */
  #messageId: UUID | undefined;

  constructor(parts: TurnGiverParts, desk: ClientToolDesk, reader: MessageReader) {
    this.#connection = parts.connection;
    this.#model = parts.model;
    this.#schemas = parts.schemas;
    this.#hasTools = parts.hasTools;
    this.#desk = desk;
    this.#reader = reader;
    this.#tuner = new SessionTuner(
      parts.connection,
      parts.hasTools ? parts : { permissionMode: parts.permissionMode },
    );
    this.#history = [];
    // No tools have been offered yet, so client tools cannot be told from Claude Code's own.
    for (const entry of parts.history) this.record(entry, () => true);
    this.openCalls = new OpenCalls(desk);
    this.#holdsTurn = parts.holdsFirstTurn ?? false;
  }

  /** Claude Code is in the middle of work that an earlier turn began. */
  get isContinued(): boolean {
    return this.#reader.isResultDue;
  }

  /** What the process holds, in the form of the Messages API. */
  get history(): readonly TranscriptEntry[] {
    return this.#history;
  }

  /** The abilities of the model that answers. */
  get abilities(): ModelAbilities {
    return this.#model.abilities;
  }

  hear(modelId: string): void {
    this.#model.hear(modelId);
  }

  /** The history has calls whose results Claude Code would mix up. */
  get hasDoubtfulIds(): boolean {
    return this.#callIds.areDoubtful;
  }

  record(entry: TranscriptEntry, isClients = (name: string) => this.#desk.has(name)): void {
    this.#history.push(entry);
    this.#callIds.add(entry, isClients);
    this.#holdsBoundThinking ||= holdsBoundThinking(entry, this.abilities);
  }

  /**
   * Whether the API would still accept Claude's thinking so far. It refuses thinking in a round that is to go on without
   * thinking, and bound thinking when the tools change, since they stand before all messages.
   */
  keepsThinking(turn: TurnInput): boolean {
    const round = this.isContinued ? undefined : roundOf(turn, { history: this.#history });
    if (dropsRoundThinking({ ...turn, round }, this.abilities)) return false;
    if (!this.#holdsBoundThinking) return true;
    const { tools, serverTools, mcpServers } = turn;
    return this.#desk.isOffered(offeredTools(tools, this.abilities), serverTools?.mcpServers, mcpServers);
  }

  async give(turn: TurnInput, signal: AbortSignal): Promise<GivenTurn> {
    const { serverTools = NO_SERVER_TOOLS } = turn;
    this.#desk.policy.begin(serverTools);
    this.#messageId = undefined;
    const { isContinued } = this;
    const abilities =
      dependsOnModel(turn) || continuesAnswer(turn)
        ? await this.#model.find(this.#connection)
        : this.abilities;
    const beginning = beginTurn(turn, this.#desk, {
      history: this.#history,
      abilities,
      schemas: this.#schemas,
      hasTools: this.#hasTools,
      isContinued,
    });
    // Nothing may be pushed once the turn is aborted.
    if (turn.command !== undefined) await requireCommand(turn.command, this.#connection);
    const events = await abortable(this.#tuner.tune(beginning, turn), signal);
    const { content } = beginning;
    if (this.#holdsTurn) {
      // Given an empty message, Claude Code continues from its history and adds nothing to it.
      this.#holdsTurn = false;
      this.say([]);
      return { isUnsaid: false, events };
    }
    // A continued answer is one answer: the words that asked for the rest are no part of the conversation.
    const goesOn = continuesAnswer(turn);
    if (!goesOn) this.record({ role: "user", content });
    if (isContinued) this.openCalls.answer(turn.messages);
    else {
      // The API can only refuse a form that it enforces.
      this.#messageId = beginning.isFormatEnforced ? randomUUID() : undefined;
      this.say(content, { isCommand: turn.command !== undefined, id: this.#messageId });
    }
    return { isUnsaid: goesOn, events };
  }

  /**
   * Takes back the message that began the present turn, when the API has refused it and Claude has said nothing. The turn can
   * then be given again in another form. False when the process still holds the message.
   */
  async takeBack(): Promise<boolean> {
    if (this.#messageId === undefined || !(await this.#connection.rewind(this.#messageId))) return false;
    this.#messageId = undefined;
    this.#history.pop();
    return true;
  }

  /** Sends another message. */
  say(content: UserContent, options: MessageOptions = {}): void {
    this.openCalls.clear();
    this.#connection.say(userMessage(content, options));
    this.#reader.expectResult();
  }
}
