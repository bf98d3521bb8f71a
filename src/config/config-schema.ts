import { z } from "zod";

import { allowedHost, apiKey, corsOrigin, retention, variableName } from "./setting-formats.ts";
import { byteSize, duration, listOf, oneOf, text, wholeNumber, yesOrNo } from "./setting-values.ts";
import { listSettings, optionalSetting, setting } from "./setting.ts";

const server = z.strictObject({
  host: setting(text("an address such as 127.0.0.1 or 0.0.0.0", /^[\w.:[\]-]+$/), {
    flag: "--host <address>",
    about: "Address to listen on. Anything but this machine itself needs API keys.",
    default: "127.0.0.1",
  }),
  port: setting(wholeNumber(0, 65_535), {
    flag: "--port <number>",
    about: "Port to listen on; 0 takes a free one.",
    default: "4141",
  }),
  allowedHosts: setting(listOf("host names such as turnpike.example.com", allowedHost), {
    flag: "--allowed-host <name>",
    about: "A further name that clients may use for this server (Host header).",
    default: "none",
    isList: true,
  }),
  corsOrigins: setting(listOf("origins such as https://chat.example.com, or *", corsOrigin), {
    flag: "--cors-origin <origin>",
    about: "A web page's origin that may call this server from a browser.",
    default: "none",
    isList: true,
  }),
  maxBody: setting(byteSize(1024), {
    flag: "--max-body <size>",
    about: "Largest request body.",
    default: "32MiB",
  }),
  maxUpload: setting(byteSize(1024), {
    flag: "--max-upload <size>",
    about: "Largest file that a client may upload.",
    default: "64MiB",
  }),
  keepAlive: setting(duration(), {
    flag: "--keep-alive <time>",
    about: "While Claude is silent, a stream gets a comment this often.",
    default: "10s",
  }),
  headersTimeout: setting(duration(), {
    flag: "--headers-timeout <time>",
    about: "Time a client has to send a request's headers.",
    default: "15s",
  }),
  bodyTimeout: setting(duration(), {
    flag: "--body-timeout <time>",
    about: "Time a client has to send a request's body.",
    default: "60s",
  }),
  idleSocket: setting(duration(), {
    flag: "--idle-socket <time>",
    about: "How long a connection without a request stays open.",
    default: "75s",
  }),
  // `docker stop` kills after 10 s: what is left over then is for ending the processes.
  drain: setting(duration(0), {
    flag: "--drain <time>",
    about: "How long running turns may go on when the server is told to stop.",
    default: "8s",
  }),
});

const auth = z.strictObject({
  apiKeys: setting(listOf("keys without spaces", apiKey), {
    flag: "--api-key <key>",
    about: "A key that clients may use. Other users of this machine can see flags: prefer the variable.",
    default: "the one in <data-dir>/api-key, made at the first start",
    isList: true,
    isSecret: true,
  }),
  noAuth: setting(yesOrNo(), {
    flag: "--no-auth",
    about: "Ask for no key. Only on a loopback address.",
    default: "false",
  }),
});

const sessions = z.strictObject({
  maxSessions: setting(wholeNumber(1, 1000), {
    flag: "--max-sessions <number>",
    about: "Most Claude Code processes that hold a conversation; the one idle for longest makes room.",
    default: "8",
  }),
  maxSpares: setting(wholeNumber(0, 100), {
    flag: "--max-spares <number>",
    about: "Started processes kept ready for new conversations, for each kind of profile.",
    default: "1",
  }),
  maxSpawnsAtOnce: optionalSetting(wholeNumber(1, 1000), {
    flag: "--max-spawns-at-once <number>",
    about: "Most processes that start at the same time.",
    default: "the number of cores",
  }),
  idleTimeout: setting(duration(), {
    flag: "--idle-timeout <time>",
    about: "A session that nobody uses for this long is ended; its conversation stays.",
    default: "10m",
  }),
  maxMemory: optionalSetting(byteSize(64 * 1024 * 1024), {
    flag: "--max-memory <size>",
    about: "Memory that all Claude Code processes may take together.",
    default: "half of the machine's",
  }),
});

const turns = z.strictObject({
  maxTurnsAtOnce: optionalSetting(wholeNumber(1, 1000), {
    flag: "--max-turns-at-once <number>",
    about: "Most turns that run at the same time; more wait in the queue.",
    default: "as many as sessions",
  }),
  queue: setting(wholeNumber(0, 100_000), {
    flag: "--queue <number>",
    about: "Most turns that wait; the next gets 429 with Retry-After.",
    default: "100",
  }),
  turnTimeout: setting(duration(), {
    flag: "--turn-timeout <time>",
    about: "Longest time for one turn.",
    default: "30m",
  }),
  firstByteTimeout: setting(duration(), {
    flag: "--first-byte-timeout <time>",
    about: "Longest wait for the model to begin its answer.",
    default: "120s",
  }),
  streamIdleTimeout: setting(duration(), {
    flag: "--stream-idle-timeout <time>",
    about: "Longest silence of the model within its answer.",
    default: "120s",
  }),
  upstreamRetries: setting(wholeNumber(0, 10), {
    flag: "--upstream-retries <number>",
    about: "How often a failed model request is tried again.",
    default: "2",
  }),
});

const log = z.strictObject({
  level: setting(oneOf("none", "error", "info", "debug", "trace"), {
    flag: "--log-level <level>",
    about: "none, error, info, debug or trace.",
    default: "info",
  }),
  file: optionalSetting(text("a file's path"), {
    flag: "--log-file <file>",
    about: "Write the log there, as NDJSON; the terminal then shows errors only.",
    default: "the terminal",
  }),
  prompts: setting(yesOrNo(), {
    flag: "--log-prompts",
    about: "Let prompts and answers into the log.",
    default: "false",
  }),
});

const claude = z.strictObject({
  passEnvironment: setting(listOf("names of environment variables", variableName), {
    flag: "--pass-environment <name>",
    about: "A further environment variable that Claude Code gets, such as a token one of its tools needs.",
    default: "none",
    isList: true,
  }),
  executable: optionalSetting(text("a file's path"), {
    flag: "--claude-executable <file>",
    about: "Another Claude Code binary.",
    default: "the one that comes with the Agent SDK",
  }),
  requestMcpServers: optionalSetting(yesOrNo(), {
    flag: "--request-mcp-servers",
    about:
      "Requests may name MCP servers for Claude Code to connect to, which may reach what clients cannot. Unset: only on a loopback address.",
    default: "only on a loopback address",
  }),
});

/** A profile as the file gives it: what is absent comes from the built-in of that name, or from `default`. */
const profile = z.strictObject({
  systemPrompt: oneOf("claude-code", "client").exactOptional(),
  builtinTools: oneOf("auto", "on", "off").exactOptional(),
  permissionMode: oneOf("acceptEdits", "dontAsk").exactOptional(),
  settingSources: z
    .array(oneOf("user", "project", "local"), { error: "expected a list of user, project, local" })
    .exactOptional(),
  activity: oneOf("shown", "hidden").exactOptional(),
  workspace: text("a folder's path").exactOptional(),
});

const modelTarget = z.strictObject({
  profile: text("a profile's name"),
  model: text("a name that Claude Code takes, such as sonnet").exactOptional(),
});

/** A model id's meaning as the file gives it; text alone is another configured id. */
const model = z.union([text("a configured model id"), modelTarget], {
  error: "expected another configured model id, or {profile: NAME, model: NAME}",
});

/** Every setting, declared once: flags, variables, the file's keys, help and `config show` all come from here. */
export const configSchema = z.strictObject({
  server: server.prefault({}),
  auth: auth.prefault({}),
  workspace: optionalSetting(text("a folder's path"), {
    flag: "--workspace <folder>",
    about: "The folder that Claude Code works in.",
    default: "the current folder",
  }),
  model: setting(text("a name that Claude Code takes, such as sonnet, opus or a full id"), {
    flag: "--model <name>",
    about: "The model behind claude-code; default is the account's own default.",
    default: "default",
  }),
  demo: setting(yesOrNo(), {
    flag: "--demo",
    about: "Try everything without an account: a scripted model on this machine answers.",
    default: "false",
  }),
  claude: claude.prefault({}),
  sessions: sessions.prefault({}),
  turns: turns.prefault({}),
  dataDir: optionalSetting(text("a folder's path"), {
    flag: "--data-dir <folder>",
    about: "The folder for the database, the API key and config.yaml.",
    default: "the system's folder for application data",
  }),
  databaseUrl: optionalSetting(
    text("a URL such as postgres://user@host/turnpike", /^postgres(ql)?:\/\/\S+$/),
    {
      flag: "--database-url <url>",
      about: "Store in Postgres.",
      default: "SQLite in the data folder",
      isSecret: true,
    },
  ),
  retention: setting(retention(), {
    flag: "--retention <keep|none|time>",
    about: "How long the text of conversations is stored: for ever, never, or a time such as 30d.",
    default: "keep",
  }),
  log: log.prefault({}),
  profiles: z.record(z.string().regex(/^[\w.-]+$/), profile).prefault({}),
  models: z.record(z.string(), model).prefault({}),
});

export type Settings = z.output<typeof configSchema>;
export type ProfileSetting = z.output<typeof profile>;
export type ModelSetting = z.output<typeof model>;

export const SETTINGS = listSettings(configSchema);

/** What the file may say inside one profile and one model. */
export const PROFILE_FIELDS = Object.keys(profile.shape);
export const MODEL_FIELDS = Object.keys(modelTarget.shape);
