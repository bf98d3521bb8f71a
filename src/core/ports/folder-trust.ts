/** Which folders the operator trusts. */
export interface FolderTrust {
  /**
   * Whether Claude Code may run what this folder's files set up (hooks, MCP servers, helpers, variables, skills …). Takes an
   * absolute real path. Synchronous, since it decides which live session may be taken.
   */
  isTrusted(folder: string): boolean;
}
