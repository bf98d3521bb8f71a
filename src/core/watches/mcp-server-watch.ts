import { Semaphore } from "../../lib/semaphore.ts";
import { abortable } from "../../lib/abortable.ts";
import { LaterStream } from "../../lib/later-stream.ts";
import type { Stage } from "../../lib/stage.ts";
import { through } from "../../lib/staged-stream.ts";
import { repeat, schedule } from "../../lib/time.ts";
import type { McpServer } from "../words/mcp-server.ts";
import type { McpServerReport } from "../ports/health.ts";
import type { Logger } from "../ports/logger.ts";
import type { McpProbeResult, ProbeMcpServer } from "../ports/mcp-probe.ts";
import type { TurnRunner } from "../ports/turn-runner.ts";
import type { Profile } from "../words/profile.ts";
import type { TurnEvent } from "../words/turn-event.ts";

/** How often servers are checked again, if checking starts no process or the last check failed. */
const RECHECK_MS = 5 * 60_000;
/** Each check may start a program. */
const LOOKS_AT_ONCE = 2;
/** A check that takes longer is logged. */
const SLOW_MS = 5_000;

export interface McpServerWatchParts {
  readonly profiles: Readonly<Record<string, Profile>>;
  readonly probe: ProbeMcpServer;
  readonly logger: Logger;
}

interface WatchedServer {
  readonly name: string;
  readonly server: McpServer;
  /** The first profile that uses the server. */
  readonly profile: Profile;
  readonly profiles: string[];
  result: McpProbeResult | undefined;
  look: Promise<void> | undefined;
}

/**
 * Knows which of the profiles' MCP servers respond. A turn connects to them itself, and continues without a server that fails.
 */
export class McpServerWatch {
  readonly #parts: McpServerWatchParts;
  readonly #servers: readonly WatchedServer[];
  readonly #places = new Semaphore(LOOKS_AT_ONCE);
  readonly #closed = new AbortController();
  #timer: { cancel(): void } | undefined;

  constructor(parts: McpServerWatchParts) {
    this.#parts = parts;
    this.#servers = listServers(Object.values(parts.profiles));
  }

  get report(): readonly McpServerReport[] {
    return this.#servers.map(({ name, profiles, server, result }) => {
      const known = { name, profiles, type: server.type };
      switch (result?.status) {
        case undefined:
          return { ...known, status: "unknown" };
        case "connected":
          return { ...known, status: "connected", toolCount: result.toolCount };
        case "failed":
          return { ...known, status: "failed", problem: result.problem };
      }
    });
  }

  /** Checks all servers now, in the background, and periodically from now on. */
  start(): void {
    if (this.#servers.length === 0) return;
    void this.check();
    this.#timer = repeat(RECHECK_MS, () => {
      void this.#lookAt(this.#servers.filter(isWorthLook));
    });
  }

  /** Checks all servers; concurrent callers share one check. Never rejects. */
  check(): Promise<void> {
    return this.#lookAt(this.#servers);
  }

  /**
   * Wraps `run` to notice servers that fail in its turns. A turn that arrives during the first check of one of its profile's
   * servers waits for it: starting the server twice at once would make neither ready sooner.
   */
  listen(run: TurnRunner): TurnRunner {
    if (this.#servers.length === 0) return run;
    const serversOf = (profile: string) => this.#servers.filter(({ profiles }) => profiles.includes(profile));
    const lookAtProfile = (name: string) => void this.#lookAt(serversOf(name));
    const earFor = (profile: string): Stage<TurnEvent, TurnEvent> => ({
      of(event) {
        if (event.type === "notice" && event.code === "mcp-server-failed") lookAtProfile(profile);
        return [event];
      },
    });
    return (request, signal) =>
      new LaterStream(async () => {
        const profile = request.target.profile.name;
        const starting = serversOf(profile).filter(({ result }) => result === undefined);
        // If the client leaves meanwhile, the turn reports it.
        await abortable(Promise.all(starting.map(({ look }) => look)), signal).catch(() => {});
        return through(run(request, signal), earFor(profile));
      });
  }

  /** Aborts running checks and waits until they have ended. */
  async close(): Promise<void> {
    this.#timer?.cancel();
    this.#closed.abort(new Error("The server stops."));
    await Promise.all(this.#servers.map(({ look }) => look));
  }

  async #lookAt(servers: readonly WatchedServer[]): Promise<void> {
    await Promise.all(
      servers.map((watched) => {
        watched.look ??= this.#look(watched).finally(() => {
          watched.look = undefined;
        });
        return watched.look;
      }),
    );
  }

  async #look(watched: WatchedServer): Promise<void> {
    const { name, server, profile, profiles } = watched;
    const { signal } = this.#closed;
    let leave: (() => void) | undefined;
    let slow: { cancel(): void } | undefined;
    try {
      leave = await this.#places.acquire(signal);
      slow = schedule(SLOW_MS, () => this.#parts.logger.info("mcp-server.starting", { name, profiles }));
      const { workspace, environment } = profile;
      const place = { workspace, environment, isFirstStart: watched.result === undefined };
      const result = await this.#parts.probe(server, place, signal);
      const before = watched.result;
      watched.result = result;
      if (result.status === before?.status) return;
      if (result.status === "connected") this.#parts.logger.info("mcp-server.connected", { name, profiles });
      else this.#parts.logger.error("mcp-server.failed", { name, profiles, ...result });
    } catch (error) {
      if (!signal.aborted) this.#parts.logger.error("mcp-server.not-checked", { name, error });
    } finally {
      slow?.cancel();
      leave?.();
    }
  }
}

/**
 * A server that the check would have to start, and that connected last time, is not checked again until a turn reports a
 * failure.
 */
function isWorthLook({ server, result }: WatchedServer): boolean {
  return server.type !== "stdio" || result?.status !== "connected";
}

/** Profiles that share a server share its state. */
function listServers(profiles: readonly Profile[]): readonly WatchedServer[] {
  const found = new Map<string, WatchedServer>();
  for (const profile of profiles) {
    for (const [name, server] of Object.entries(profile.mcpServers)) {
      const key = JSON.stringify([name, server]);
      const known = found.get(key);
      if (known) known.profiles.push(profile.name);
      else {
        const profileNames = [profile.name];
        found.set(key, { name, server, profile, profiles: profileNames, result: undefined, look: undefined });
      }
    }
  }
  return [...found.values()];
}
