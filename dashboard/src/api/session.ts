import { queryOptions, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";

import type { SessionBody } from "../../../src/protocols/admin/user-schemas.ts";
import { isApiError } from "./api-error.ts";
import { callApi, setCsrfToken } from "./call-api.ts";

/** Who is signed in. */
export type Session = SessionBody;
export type Role = SessionBody["user"]["role"];

/** Null: nobody is signed in. */
export const sessionQuery = queryOptions({
  queryKey: ["session"],
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: Number.POSITIVE_INFINITY,
  queryFn: async ({ signal }): Promise<Session | null> => {
    try {
      return rememberSession(await callApi<Session>("/admin/api/session", { signal }));
    } catch (error) {
      if (isApiError(error, 401)) return null;
      throw error;
    }
  },
});

/** Each new session has another token. */
export function rememberSession(session: Session): Session {
  setCsrfToken(session.csrf_token);
  return session;
}

/** For pages behind the sign-in. */
export function useSession(): Session {
  const { data } = useSuspenseQuery(sessionQuery);
  if (!data) throw new Error("This page is only shown to who is signed in");
  return data;
}

/** Whether who is signed in may change things. */
export function useIsAdmin(): boolean {
  return useSession().user.role === "admin";
}

/** Ends this session, or all of this person's; the page leads to the sign-in after that. */
export function useSignOut(): (where: "here" | "everywhere") => Promise<void> {
  const client = useQueryClient();
  return async (where) => {
    await callApi(where === "here" ? "/admin/api/session" : "/admin/api/sessions", { method: "DELETE" });
    setCsrfToken(undefined);
    // Nothing of what one person saw is kept for the next.
    client.clear();
    client.setQueryData(sessionQuery.queryKey, null);
  };
}
