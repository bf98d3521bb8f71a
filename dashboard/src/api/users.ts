import { queryOptions } from "@tanstack/react-query";

import type { UserListBody } from "../../../src/protocols/admin/user-schemas.ts";
import { callApi } from "./call-api.ts";

export const usersQuery = queryOptions({
  queryKey: ["users"],
  queryFn: ({ signal }) => callApi<UserListBody>("/admin/api/users", { signal }),
});
