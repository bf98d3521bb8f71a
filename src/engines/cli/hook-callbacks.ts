import type { ClaudeCallbacks, HookCallback, HookInput, HookJSONOutput } from "../claude/claude-messages.ts";

/** The hooks of one process: Claude Code is told their ids and calls them by these. */
export class HookCallbacks {
  /** As `initialize` takes them: by event, matchers with the ids of their callbacks. */
  readonly registration: Readonly<Record<string, readonly object[]>>;
  readonly #callbacks = new Map<string, HookCallback>();

  constructor(hooks: ClaudeCallbacks["hooks"]) {
    const events = Object.entries(hooks).map(([event, matchers]) => [
      event,
      matchers.map(({ matcher, hooks: callbacks, timeout }) => ({
        ...(matcher !== undefined && { matcher }),
        hookCallbackIds: callbacks.map((callback) => this.#add(callback)),
        ...(timeout !== undefined && { timeout }),
      })),
    ]);
    this.registration = Object.fromEntries(events);
  }

  /** @throws Error when there is no such hook */
  call(
    id: string,
    input: HookInput,
    toolUseId: string | undefined,
    signal: AbortSignal,
  ): Promise<HookJSONOutput> {
    const callback = this.#callbacks.get(id);
    if (!callback) throw new Error("There is no such hook.");
    return callback(input, toolUseId, { signal });
  }

  #add(callback: HookCallback): string {
    const id = `hook_${this.#callbacks.size}`;
    this.#callbacks.set(id, callback);
    return id;
  }
}
