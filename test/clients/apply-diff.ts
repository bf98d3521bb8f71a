/** For tests in `src/`, which cannot name what is only installed in `test/`. */
export { applyDiff } from "@openai/agents";
