import type { PrincipalId } from "../../src/core/words/ids.ts";
import type {
  Conversation,
  ConversationStore,
  TurnOutcome,
} from "../../src/core/ports/conversation-store.ts";
import type { Retention } from "../../src/core/words/retention.ts";
import { ALICE, newTurn, outcome, turnId } from "./store-fixtures.ts";

/** Opens one database: the first time new and empty, later as it was left. */
export type OpenStore = (retention?: Retention) => Promise<ConversationStore>;

/** The store under test: a new one on a new database for each test. */
export class StoreBed {
  readonly #createDatabase: () => Promise<OpenStore>;
  #open: OpenStore | undefined;
  #store: ConversationStore | undefined;

  constructor(createDatabase: () => Promise<OpenStore>) {
    this.#createDatabase = createDatabase;
  }

  async setUp(): Promise<void> {
    this.#open = await this.#createDatabase();
    this.#store = await this.#open();
  }

  get store(): ConversationStore {
    if (!this.#store) throw new Error("The test bed has not been set up");
    return this.#store;
  }

  /** Closes the store and opens its database again. */
  async reopen(retention?: Retention): Promise<void> {
    if (!this.#open) throw new Error("The test bed has not been set up");
    await this.store.close();
    this.#store = await this.#open(retention);
  }

  /** Another store on a database of its own; the caller closes it. */
  async openNew(retention?: Retention): Promise<ConversationStore> {
    const open = await this.#createDatabase();
    return open(retention);
  }

  /** Records a whole turn as the next one of a conversation. */
  async runTurn(
    id: string,
    of: Conversation,
    parent?: string,
    changes: Partial<TurnOutcome> = {},
  ): Promise<void> {
    const parentTurnId = parent === undefined ? {} : { parentTurnId: turnId(parent) };
    await this.store.beginTurn(of, newTurn(id, of, parentTurnId));
    await this.store.finishTurn(turnId(id), outcome({ stateHash: `state of ${id}`, ...changes }));
  }

  async lineIds(id: string, principalId: PrincipalId = ALICE): Promise<string[] | undefined> {
    return (await this.store.loadLineage(principalId, turnId(id)))?.map((turn) => turn.id);
  }
}
