import type { Client } from "./client.ts";
import { aider } from "./clients/aider.ts";
import { claudeCode } from "./clients/claude-code.ts";
import { cline } from "./clients/cline.ts";
import { codex } from "./clients/codex.ts";
import { continueClient } from "./clients/continue.ts";
import { langchain } from "./clients/langchain.ts";
import { librechat } from "./clients/librechat.ts";
import { openWebui } from "./clients/open-webui.ts";
import { opencode } from "./clients/opencode.ts";
import { qwen } from "./clients/qwen.ts";
import { roo } from "./clients/roo.ts";
import { shell } from "./clients/shell.ts";
import { zed } from "./clients/zed.ts";

/** What `turnpike connect` can set up, in the order in which it tells them. */
export const CLIENTS: readonly Client[] = [
  opencode,
  codex,
  claudeCode,
  qwen,
  continueClient,
  aider,
  zed,
  cline,
  roo,
  openWebui,
  librechat,
  langchain,
  shell,
];
