import { afterEach, beforeAll } from "vitest";

import type { ScriptedModelOptions } from "../../src/demo/scripted-model.ts";
import { expectNoRefusals, startModel } from "../upstream/start-model.ts";
import { startTurnpike, type Turnpike, type TurnpikeOptions } from "./start-turnpike.ts";

/**
 * One server for all tests of a file or a `describe`, which run one after the other. Ask for it inside a test. A test
 * fails if the scripted model had to refuse a request that the real API would refuse too.
 */
export function shareTurnpike(
  options: Omit<TurnpikeOptions, "upstream" | "onEnd"> = {},
  modelOptions: ScriptedModelOptions = {},
): () => Turnpike {
  let shared: Turnpike | undefined;
  beforeAll(async () => {
    const upstream = await startModel(modelOptions);
    const tasks = [() => upstream.close()];
    const onEnd = (task: () => Promise<unknown>) => void tasks.push(async () => void (await task()));
    shared = await startTurnpike({ ...options, upstream, onEnd });
    return async () => {
      for (const task of tasks.toReversed()) await task();
      expectNoRefusals(upstream);
    };
  });
  afterEach(() => {
    if (shared) expectNoRefusals(shared.upstream);
  });
  return () => {
    if (!shared) throw new Error("The shared server is there only inside tests.");
    return shared;
  };
}
