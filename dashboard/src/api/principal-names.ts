import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";

import { keysQuery } from "./queries.ts";
import { usersQuery } from "./users.ts";

/** Tells people who a principal is: by the name of its key or user where there is one. */
export function usePrincipalNames(): (id: string | null) => string {
  const { data: keys } = useQuery({ ...keysQuery, retry: false });
  const { data: users } = useQuery({ ...usersQuery, retry: false });
  return useCallback(
    (id) => {
      if (id === null || id === "") return "nobody";
      const key = keys?.data.find((each) => each.id === id);
      if (key) return key.name;
      const user = users?.data.find((each) => `user:${each.id}` === id);
      if (user) return user.name;
      if (id === "local") return "local user";
      return id.length > 14 ? `${id.slice(0, 12)}…` : id;
    },
    [keys, users],
  );
}

/** The other way round: who is meant by a name, whatever its case. What is no name is an id already. */
export function usePrincipalIds(): (name: string) => string {
  const { data: keys } = useQuery({ ...keysQuery, retry: false });
  const { data: users } = useQuery({ ...usersQuery, retry: false });
  return useCallback(
    (name) => {
      const isMeant = (each: { readonly name: string }) => each.name.toLowerCase() === name.toLowerCase();
      const named = keys?.data.filter(isMeant) ?? [];
      // A name may be given again once its key is revoked.
      const key = named.find(({ status }) => status === "active") ?? named[0];
      if (key) return key.id;
      const user = users?.data.find(isMeant);
      return user ? `user:${user.id}` : name;
    },
    [keys, users],
  );
}
