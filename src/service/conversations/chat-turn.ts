import { uniquePartOf } from "../../core/words/ids.ts";
import { AppError } from "../../core/words/app-error.ts";
import type { Message } from "../../core/words/message.ts";
import { hashState } from "../../core/turn/state-hash.ts";
import type { TurnEvent } from "../../core/words/turn-event.ts";
import { TurnRecord } from "../../core/turn/turn-record.ts";
import type { TurnRequest } from "../../core/words/turn-request.ts";
import type { Stage } from "../../lib/stage.ts";
import { assignItemIds } from "../../protocols/responses/items/assign-item-ids.ts";
import { type ParsedItems, toMessages } from "../../protocols/responses/items/items-to-messages.ts";
import { mentionedFileIds } from "../../protocols/responses/items/mentioned-ids.ts";
import { messagesToItems } from "../../protocols/responses/items/messages-to-items.ts";
import type { WireItem } from "../../protocols/responses/responses-request.ts";
import type { ServiceParts } from "../service-parts.ts";
import { loadFiles } from "../turns/load-files.ts";
import type { AddedItems, HeldConversation } from "./run-in-conversation.ts";

export type ChatTurnParts = Pick<ServiceParts, "files" | "sealedBox" | "clock">;

/**
 * A turn whose client sends messages, in a conversation that has items. Messages without an earlier answer are new input; a whole
 * history is compared with the items and replaces them when it differs.
 */
export class ChatTurn {
  readonly #request: TurnRequest;
  readonly #parts: ChatTurnParts;
  readonly #record: TurnRecord;
  #added: readonly WireItem[] = [];
  #isWhole = false;

  constructor(request: TurnRequest, parts: ChatTurnParts) {
    this.#request = request;
    this.#parts = parts;
    this.#record = new TurnRecord(parts.clock);
  }

  /** The request to run, given the conversation's current items. */
  async toRequest(items: readonly WireItem[]): Promise<TurnRequest> {
    const { messages, systemText, systemParts } = this.#request;
    const lastAnswer = messages.findLastIndex(({ role }) => role === "assistant");
    this.#added = this.#toItems(messages.slice(lastAnswer + 1));
    if (lastAnswer === -1) {
      const whole = await this.#read([...items, ...this.#added]);
      const further = whole.systemText === "" ? [] : [{ type: "text", text: whole.systemText } as const];
      const systemTexts = [systemText, whole.systemText].filter((text) => text !== "");
      return {
        ...this.#request,
        systemText: systemTexts.join("\n\n"),
        ...(systemParts && { systemParts: [...systemParts, ...further] }),
        messages: whole.messages,
        isWholeHistory: true,
      };
    }
    if (!(await this.#saysTheSame([...items, ...this.#added]))) {
      this.#isWhole = true;
      this.#added = this.#toItems(messages);
    }
    return { ...this.#request, isWholeHistory: true };
  }

  /** Adds the turn's items to its conversation before its end is reported. */
  stage(conversation: HeldConversation): Stage<TurnEvent, TurnEvent> {
    return {
      of: (event) => {
        if (event.type !== "turn-start") this.#record.add(event);
        return event.type === "turn-end" ? conversation.add(this.#made()).then(() => [event]) : [event];
      },
    };
  }

  #made(): AddedItems {
    const answer = assignItemIds(messagesToItems([this.#record.answer]), `${this.#idPart}_o`);
    return { items: [...this.#added, ...answer], ...(this.#isWhole && { isWhole: true }) };
  }

  async #saysTheSame(items: readonly WireItem[]): Promise<boolean> {
    const { messages } = this.#request;
    try {
      const { messages: kept } = await this.#read(items);
      return hashState(this.#request, kept) === hashState(this.#request, messages);
    } catch (error) {
      // Items that do not form a conversation cannot say the same as the messages.
      if (error instanceof AppError) return false;
      throw error;
    }
  }

  async #read(items: readonly WireItem[]): Promise<ParsedItems> {
    const { files, sealedBox } = this.#parts;
    const { principalId } = this.#request;
    return toMessages(items, {
      unseal: (text) => sealedBox.unseal(text, principalId),
      findFile: await loadFiles({ files }, principalId, mentionedFileIds(items), "messages"),
    });
  }

  #toItems(messages: readonly Message[]): readonly WireItem[] {
    return assignItemIds(messagesToItems(messages), this.#idPart);
  }

  get #idPart(): string {
    return uniquePartOf(this.#request.turnId);
  }
}
