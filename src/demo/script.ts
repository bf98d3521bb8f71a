import type { RecordedRequest } from "./recorded-request.ts";
import type { Reply } from "./reply.ts";

export type Responder = (request: RecordedRequest) => Reply | Promise<Reply>;

/** What to answer: always the same, one reply per request, or whatever a function says. */
export type Answers = Responder | Reply | readonly Reply[];

/** Decides the reply to each request: first what was queued, then the responder. */
export class Script {
  readonly #fallback: Responder;
  #responder: Responder;
  #queue: Reply[] = [];

  constructor(fallback: Responder) {
    this.#fallback = fallback;
    this.#responder = fallback;
  }

  /** Replaces everything said before. */
  set(answers: Answers): void {
    this.reset();
    if (typeof answers === "function") this.#responder = answers;
    else if (isList(answers)) this.#queue = [...answers];
    else this.#responder = () => answers;
  }

  reset(): void {
    this.#queue = [];
    this.#responder = this.#fallback;
  }

  next(request: RecordedRequest): Reply | Promise<Reply> {
    return this.#queue.shift() ?? this.#responder(request);
  }
}

/** `Array.isArray` does not narrow a readonly array. */
function isList(answers: Reply | readonly Reply[]): answers is readonly Reply[] {
  return Array.isArray(answers);
}
