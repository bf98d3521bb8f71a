import { once } from "node:events";

import type { Engine } from "../core/ports/engine.ts";
import { ChannelEngine, type ChannelOptions } from "../engines/channel/channel-engine.ts";

/** A Claude Code session that has started this process, reached over MCP on stdin and stdout. */
export interface OpenedChannel {
  readonly engine: Engine;
  /** Resolves when Claude Code has closed stdin: it has gone. The SDK of MCP does not tell. */
  readonly ended: Promise<void>;
  /** Tells Claude, when it asks for the status, what is to know. */
  report(text: string): void;
  close(): Promise<void>;
}

export type OpenChannel = (options: ChannelOptions) => Promise<OpenedChannel>;

/** Speaks MCP from now on, so that Claude Code does not wait for the rest. */
export const openChannel: OpenChannel = async (options) => {
  const engine = new ChannelEngine(options);
  const { stdin } = process;
  const ended = Promise.race([once(stdin, "end"), once(stdin, "close")]).then(
    () => engine.leave(),
    () => engine.leave(),
  );
  await engine.server.connect();
  await engine.chooseTransport();
  return {
    engine,
    ended,
    report: (text) => engine.server.report(text),
    close: () => engine.server.close(),
  };
};
