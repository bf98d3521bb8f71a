/** OpenAI's web search, by all its names. */
export const WEB_SEARCH_TYPES: ReadonlySet<string> = new Set([
  "web_search",
  "web_search_2025_08_26",
  "web_search_preview",
  "web_search_preview_2025_03_11",
]);

/**
 * Types of tools that OpenAI runs itself and that nothing here can replace, each with the reason. Clients offer them along with
 * others without needing them, so they are left out and reported; a request that selects one cannot be served.
 */
export const UNSERVED_TOOLS: ReadonlyMap<string, string> = new Map([
  ["file_search", "There are no vector stores here; send files as 'input_file'."],
  ["image_generation", "Claude makes no images."],
  ["computer", "Claude does not operate a computer here."],
  ["computer_use", "Claude does not operate a computer here."],
  ["computer_use_preview", "Claude does not operate a computer here."],
  ["tool_search", "All tools are known to Claude from the start; declare them in 'tools'."],
  ["programmatic_tool_calling", "Claude calls tools directly."],
]);

/** Tools that Anthropic's API runs, each with the date of its version. */
const ANTHROPIC_TYPES = /^(web_search|web_fetch|code_execution|tool_search_tool_[a-z0-9]+|advisor)_\d{8}$/;

/** Whether tools of this type run on the model provider's side, in any protocol. */
export function isHostedTool(type: string): boolean {
  return (
    UNSERVED_TOOLS.has(type) ||
    WEB_SEARCH_TYPES.has(type) ||
    type === "code_interpreter" ||
    type === "mcp" ||
    ANTHROPIC_TYPES.test(type)
  );
}

/** The name under which a tool that was left out is reported. */
export function reportedTool(type: string): string {
  return `tools.${type}`;
}
