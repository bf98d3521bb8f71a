import { constants } from "node:fs";
import { open, stat } from "node:fs/promises";

import { outputFile } from "../daemon/server-log.ts";
import { type Check, fail, type Finding, ok, warn } from "./check.ts";
import { asProblem, failWriting, isDiskFull, nearestFolder, tryWriting } from "./try-writing.ts";

const ELSEWHERE = "Choose another with --log-file.";

/** Whether the server could write its log. Of the one that `turnpike start` keeps in the data folder only what is wrong is told. */
export const checkLogFile: Check = {
  name: "Log",
  async run({ resolved }) {
    const { log, dataDir } = resolved.config;
    if (log.file !== undefined) return [(await findFault(log.file)) ?? ok(log.file)];
    const own = outputFile(dataDir);
    const fault = (await stat(own).catch(() => undefined)) && (await findFault(own));
    return fault ? [fault] : [];
  },
};

/**
 * Opens it as the server would, and writes nothing into it. A device or a pipe is left alone: who reads a pipe would take the
 * closing for the log's end.
 */
async function findFault(file: string): Promise<Finding | undefined> {
  const what = `The log file ${file}`;
  const stats = await stat(file).catch(() => undefined);
  if (!stats) {
    const folder = await nearestFolder(file);
    const problem = await tryWriting(folder);
    return problem && failWriting(`${what} cannot be made: ${folder}`, problem, ELSEWHERE);
  }
  if (stats.isDirectory()) return fail(`${what} is a folder.`, ELSEWHERE);
  if (stats.isSocket()) return fail(`${what} is a socket.`, ELSEWHERE);
  if (stats.isFIFO())
    return warn(
      `${what} is a pipe: a server starts only while a program reads it.`,
      `Let one read it, or: ${ELSEWHERE}`,
    );
  if (!stats.isFile()) return undefined;
  try {
    await (await open(file, constants.O_WRONLY | constants.O_APPEND)).close();
  } catch (error) {
    return failWriting(what, asProblem(error), ELSEWHERE);
  }
  if (!(await isDiskFull(file))) return undefined;
  return failWriting(what, { isFull: true, words: "is on a full disk." }, ELSEWHERE);
}
