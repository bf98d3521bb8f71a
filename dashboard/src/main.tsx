import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./shell/dashboard.css";

import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { setNonce } from "get-nonce";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { onSignedOut } from "./api/call-api.ts";
import { queryClient } from "./api/query-client.ts";
import { sessionQuery } from "./api/session.ts";
import { router } from "./router.tsx";
import { readableColors, theme } from "./shell/theme.ts";

const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? "";
// For the styles of what scrolls behind a dialog.
setNonce(nonce);

onSignedOut(() => {
  const { pathname, href } = router.state.location;
  if (pathname === "/login" || pathname === "/welcome") return;
  // First away from pages that need somebody, then nothing is kept of what they showed.
  void router.navigate({ to: "/login", search: { next: `/dashboard${href}` } }).then(() => {
    queryClient.clear();
    queryClient.setQueryData(sessionQuery.queryKey, null);
  });
});

const root = document.querySelector("#root");
if (!root) throw new Error("index.html has an element for the page");
createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={readableColors}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      <QueryClientProvider client={queryClient}>
        <Notifications position="bottom-right" limit={4} />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
