import { abilitiesOf } from "../../core/models/abilities-of.ts";
import type { ModelAbilities } from "../../core/models/model-abilities.ts";
import type { ClaudeConnection } from "./claude-connection.ts";
import type { KnownModels, ModelSources } from "./known-models.ts";

/** Which model answers in one process. */
export class AnsweringModel {
  readonly #name: string;
  readonly #sources: ModelSources;
  readonly #known: KnownModels;
  #abilities: ModelAbilities | undefined;

  /** `name` is what Claude Code was given as its model. */
  constructor(name: string, sources: ModelSources, known: KnownModels) {
    this.#name = name;
    this.#sources = sources;
    this.#known = known;
  }

  /** The abilities of the model, as far as they are known by now. */
  get abilities(): ModelAbilities {
    return this.#abilities ?? abilitiesOf(this.#known.guess(this.#name, this.#sources));
  }

  /**
   * Finds out which model answers, and asks the process when no other has told. Without an answer, it goes by what the name
   * stands for elsewhere, or by the name itself.
   */
  async find(connection: Pick<ClaudeConnection, "readModel">): Promise<ModelAbilities> {
    if (this.#abilities) return this.#abilities;
    const id = this.#known.find(this.#name, this.#sources) ?? (await connection.readModel());
    if (id !== undefined) this.hear(id);
    return this.abilities;
  }

  /** The process says which model it uses. */
  hear(id: string): void {
    this.#known.learn(this.#name, this.#sources, id);
    this.#abilities = abilitiesOf(id);
  }
}
