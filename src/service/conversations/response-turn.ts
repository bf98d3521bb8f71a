import type { ConversationId, PrincipalId } from "../../core/words/ids.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { TurnEvent } from "../../core/words/turn-event.ts";
import type { TurnRequest } from "../../core/words/turn-request.ts";
import { toWireItems } from "../../protocols/responses/items/kept-items.ts";
import type { ResponseHead } from "../../protocols/responses/response-head.ts";
import { ResponseWriter } from "../../protocols/responses/output/response-writer.ts";
import type { WireItem } from "../../protocols/responses/responses-request.ts";
import type { AddedItems, ConversationTurn } from "./run-in-conversation.ts";

export interface PreparedTurn {
  readonly head: ResponseHead;
  readonly request: TurnRequest;
  /** The items that the request was prepared with. */
  readonly history: readonly WireItem[];
  /** The new input, each item with an id. */
  readonly input: readonly WireItem[];
}

/** A response in a conversation. It adds its input and its output to the conversation, as its client sees them. */
export class ResponseTurnInConversation implements ConversationTurn {
  readonly conversationId: ConversationId;
  readonly #prepared: PreparedTurn;
  readonly #reread: (history: readonly WireItem[]) => Promise<TurnRequest>;
  readonly #writer: ResponseWriter;

  /** `reread` prepares the request again when another turn has come in between. */
  constructor(
    conversationId: ConversationId,
    prepared: PreparedTurn,
    reread: (history: readonly WireItem[]) => Promise<TurnRequest>,
    clock: Clock,
  ) {
    this.conversationId = conversationId;
    this.#prepared = prepared;
    this.#reread = reread;
    this.#writer = new ResponseWriter(prepared.head, clock);
  }

  get principalId(): PrincipalId {
    return this.#prepared.request.principalId;
  }

  async toRequest(items: readonly WireItem[]): Promise<TurnRequest> {
    const { history, request } = this.#prepared;
    const isSame = items.length === history.length && items.every(({ id }, at) => id === history[at]?.["id"]);
    return isSame ? request : this.#reread(items);
  }

  note(event: TurnEvent): void {
    this.#writer.of(event);
  }

  added(): AddedItems {
    const output: unknown = this.#writer.body["output"];
    return { items: [...this.#prepared.input, ...toWireItems(Array.isArray(output) ? output : [])] };
  }
}
