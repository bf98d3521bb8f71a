// Looks like an MCP server over stdio that is starting, and never answers. It ends with its input.
process.stdin.resume();
