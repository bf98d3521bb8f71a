import { QueryClient } from "@tanstack/react-query";

import { isApiError, UNREACHABLE } from "./api-error.ts";

const RETRIES = 2;

/** The server tells of changes by itself (see feed.ts), so what was read stays good for a while. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // Asking again does not help where the server has said no.
      retry: (count, error) =>
        count < RETRIES && (!isApiError(error) || error.status === UNREACHABLE || error.status >= 502),
    },
  },
});
