import type { Query } from "@anthropic-ai/claude-agent-sdk";

import { abilitiesOf } from "../../core/models/abilities-of.ts";
import type { ModelAbilities } from "../../core/models/model-abilities.ts";
import { isRecord } from "../../lib/is-record.ts";
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

  /** As far as it is known by now. */
  get abilities(): ModelAbilities {
    return this.#abilities ?? abilitiesOf(this.#known.guess(this.#name, this.#sources));
  }

  /** Makes sure of it: asks the process when no other has told. */
  async find(query: Query): Promise<ModelAbilities> {
    if (this.#abilities) return this.#abilities;
    const id = this.#known.find(this.#name, this.#sources) ?? (await askForModel(query));
    if (id !== undefined) this.hear(id);
    return this.abilities;
  }

  /** The process says which model it uses. */
  hear(id: string): void {
    this.#known.learn(this.#name, this.#sources, id);
    this.#abilities = abilitiesOf(id);
  }
}

/** The Agent SDK's types do not have this request; without an answer the process is taken to use what others of its kind do. */
export async function askForModel(query: Query): Promise<string | undefined> {
  try {
    const answer: unknown = await (query as unknown as SettingsReader).request({ subtype: "get_settings" });
    const settings = isRecord(answer) && isRecord(answer["response"]) ? answer["response"] : {};
    const applied = isRecord(settings["applied"]) ? settings["applied"]["model"] : undefined;
    return typeof applied === "string" ? applied : undefined;
  } catch {
    return undefined;
  }
}

/** Proof for the cast: the contract test of the account. */
interface SettingsReader {
  request(request: { readonly subtype: "get_settings" }): Promise<unknown>;
}
