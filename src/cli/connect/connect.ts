import { ConfigError } from "../../config/config-error.ts";
import { writeConfigFile } from "../../config/edit/write-config-file.ts";
import { styled } from "../../lib/styled-line.ts";
import type { CommandContext } from "../command-context.ts";
import { ownProgram } from "../own-command.ts";
import type { GivenFlags } from "../setting-options.ts";
import type { Client, ClientPlan } from "./client.ts";
import { confirm } from "../confirm.ts";
import { describeClients } from "./describe-clients.ts";
import { describeServer, warning } from "./describe-server.ts";
import { findClient } from "./find-client.ts";
import { formatDiff } from "./format-diff.ts";
import { describePlace } from "./client-place.ts";
import { type PreparedFile, prepareFiles, textFor } from "./prepare-files.ts";
import { type SettledTarget, settleTarget, type TargetRequest } from "./settle-target.ts";

export interface ConnectRequest extends TargetRequest {
  /** As it was typed; absent to list the clients. */
  readonly client?: string;
  /** Whether to write without asking. */
  readonly isSure: boolean;
  /** Whether to print what belongs in the files, and write nothing. */
  readonly isPrint: boolean;
  readonly isJson: boolean;
}

/** A file with what has been done with it. */
interface DoneFile extends PreparedFile {
  readonly isWritten: boolean;
  /** A copy of what was there. */
  readonly backup?: string;
}

/**
 * `turnpike connect`: makes a client use the server. Shows what it would change in the client's files, asks, keeps a copy of
 * what was there, and tells what is left to do by hand. Resolves with the exit code: 1 when files remain to be written.
 * @throws ConfigError when the client is unknown, the server cannot be settled, or a file cannot be read, changed or written
 */
export async function connect(
  request: ConnectRequest,
  given: GivenFlags,
  context: CommandContext,
): Promise<number> {
  const { terminal } = context;
  const place = describePlace(context.machine, context.environment);
  if (request.client === undefined) {
    terminal.print(...describeClients(place, request.isJson, context));
    return 0;
  }
  const client = findClient(request.client, context);
  terminal.showStatus("Asking the server for its models …");
  const settled = await settleTarget(request, given, context);
  terminal.showStatus();
  const plan = client.plan(settled.target, place);
  if (request.file !== undefined && plan.files === undefined) {
    throw new ConfigError([`--file: ${client.title} has no file of settings that could be written.`]);
  }
  if (request.isPrint) {
    printOnly(plan, settled, request.isJson, context);
    return 0;
  }

  const files = await prepareFiles(plan.files ?? [], `${ownProgram(context)} connect ${client.name} --print`);
  if (!request.isJson) showChanges(files, settled, context);
  const open = files.filter(({ state }) => state !== "unchanged");
  const isSure = request.isSure || open.length === 0;
  const isWanted = isSure || (!request.isJson && (await confirm("Write this?", terminal)));
  const done = isWanted ? await writeAll(files, new Date(context.clock())) : files.map(asUnwritten);
  if (request.isJson) printJson({ client, plan, settled, done }, context);
  else if (isWanted) report({ client, plan, settled, done }, context);
  else terminal.printError("Nothing was written. To write it without a question: --yes");
  return isWanted ? 0 : 1;
}

function showChanges(
  files: readonly PreparedFile[],
  settled: SettledTarget,
  { terminal }: CommandContext,
): void {
  const { target } = settled;
  for (const line of describeServer(settled)) terminal.printError(line);
  for (const file of files) {
    for (const text of file.warnings) terminal.printError(warning(text));
    if (file.state === "unchanged") terminal.print(`${file.path} is as it should be.`);
    else terminal.print(...formatDiff(file, target.key.value));
  }
}

async function writeAll(files: readonly PreparedFile[], now: Date): Promise<readonly DoneFile[]> {
  const done: DoneFile[] = [];
  for (const file of files) {
    if (file.state === "unchanged") {
      done.push(asUnwritten(file));
      continue;
    }
    try {
      const backup = await writeConfigFile(file, now);
      done.push({ ...file, isWritten: true, ...(backup !== undefined && { backup }) });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const written = done
        .filter(({ isWritten }) => isWritten)
        .map(({ path }) => `${path} has been written.`);
      throw new ConfigError([...written, `${file.path} was not written: ${reason}.`], { cause: error });
    }
  }
  return done;
}

function asUnwritten(file: PreparedFile): DoneFile {
  return { ...file, isWritten: false };
}

interface Outcome {
  readonly client: Client;
  readonly plan: ClientPlan;
  readonly settled: SettledTarget;
  readonly done: readonly DoneFile[];
}

/** What the shell is to run goes to stdout, so that `eval "$(turnpike connect shell)"` works; all else beside it. */
function report({ client, plan, done }: Outcome, { terminal }: CommandContext): void {
  for (const { path, backup, isWritten } of done) {
    if (!isWritten) continue;
    const before = backup === undefined ? "" : ` (before: ${backup})`;
    terminal.printError([styled("green", "Written: "), `${path}${before}`]);
  }
  if (done.length === 0) terminal.printError([styled("bold", client.title)]);
  terminal.printError(...(plan.steps ?? []), `The key: ${plan.key}`, ...(plan.notes ?? []));
  if (plan.start.length > 0 && done.length > 0) terminal.printError("", styled("bold", "Start it:"));
  terminal.print(...plan.start);
  terminal.printError(`More: ${client.documentation.join(" ")}`);
}

function printOnly(
  plan: ClientPlan,
  settled: SettledTarget,
  isJson: boolean,
  { terminal }: CommandContext,
): void {
  const files = (plan.files ?? []).map((file) => ({ path: file.path, text: textFor(file) }));
  if (isJson) {
    const { steps = [], start, key } = plan;
    terminal.print(...toLines(JSON.stringify({ files, steps, start, key }, undefined, 2)));
    return;
  }
  for (const line of describeServer(settled)) terminal.printError(line);
  for (const { path, text } of files) {
    terminal.printError(styled("bold", path));
    terminal.print(...toLines(text));
  }
  terminal.printError(...(plan.steps ?? []));
  if (files.length === 0) terminal.print(...plan.start);
  else terminal.printError("", styled("bold", "Start it:"), ...plan.start);
}

function printJson({ client, plan, settled, done }: Outcome, { terminal }: CommandContext): void {
  const { target, server } = settled;
  const body = {
    client: client.name,
    url: target.url,
    model: target.model.id,
    models: target.models.map(({ id }) => id),
    server,
    files: done.map(({ path, state, isWritten, isSecret, backup }) => ({
      path,
      state,
      written: isWritten,
      holdsKey: isSecret,
      backup: backup ?? null,
    })),
    warnings: done.flatMap(({ warnings }) => warnings),
    key: plan.key,
    steps: plan.steps ?? [],
    start: plan.start,
    documentation: client.documentation,
  };
  terminal.print(...toLines(JSON.stringify(body, undefined, 2)));
}

function toLines(text: string): readonly string[] {
  return text.trimEnd().split("\n");
}
