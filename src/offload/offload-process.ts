import { serveTasks } from "../lib/serve-tasks.ts";
import type { OffloadResult, OffloadTask } from "./offload-task.ts";
import { SchemaDesk } from "./schema-desk.ts";

const schemas = new SchemaDesk();

serveTasks<OffloadTask, OffloadResult>((task) => {
  switch (task.type) {
    case "compile": {
      const problem = schemas.findProblem(task.schema);
      return { type: "compiled", ...(problem !== undefined && { problem }) };
    }
    case "check":
      return { type: "checked", result: schemas.check(task.schema, task.text) };
  }
});
