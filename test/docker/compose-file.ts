import * as zod from "zod";

/** What the tests read of a compose file. */
export const composeSchema = zod.looseObject({
  services: zod.record(
    zod.string(),
    zod.looseObject({
      read_only: zod.boolean().optional(),
      tmpfs: zod.array(zod.string()).optional(),
      ports: zod.array(zod.string()).optional(),
      environment: zod.record(zod.string(), zod.string().nullable()).optional(),
      volumes: zod
        .array(zod.union([zod.string(), zod.looseObject({ source: zod.string(), target: zod.string() })]))
        .optional(),
    }),
  ),
  volumes: zod.record(zod.string(), zod.unknown()).optional(),
});
