import { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";

import { KeptStatements } from "./kept-statements.ts";
import type { SqliteAnswer, SqliteQuestion, SqliteThreadData } from "./sqlite-thread-messages.ts";

// Proof: only `openThreadedSqlite` starts this file, with this data.
const { file, pragmas } = workerData as SqliteThreadData;
const database = new DatabaseSync(file);
database.exec(pragmas);
const statements = new KeptStatements(database);

function answer({ id, sql, parameters }: SqliteQuestion): SqliteAnswer {
  try {
    const statement = statements.prepare(sql);
    if (statement.columns().length > 0) return { id, rows: statement.all(...parameters) };
    const { changes } = statement.run(...parameters);
    return { id, rows: [], changes: BigInt(changes) };
  } catch (error) {
    const { message, errcode } = Object(error);
    return { id, problem: { message: String(message), errcode: Number(errcode) } };
  }
}

parentPort?.on("message", (question: SqliteQuestion | "close") => {
  if (question === "close") {
    database.close();
    parentPort?.close();
    return;
  }
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- the rule is about windows, this is a thread
  parentPort?.postMessage(answer(question));
});
