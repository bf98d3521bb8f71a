import { AppShell, Burger, Group, ScrollArea } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Outlet, useRouterState } from "@tanstack/react-router";
import { Suspense, useEffect, useRef } from "react";

import { useLiveData } from "../api/use-live-data.ts";
import { Loading } from "../parts/loading.tsx";
import { ColorSchemeSwitch } from "./color-scheme-switch.tsx";
import { ConnectionBadge } from "./connection-badge.tsx";
import classes from "./frame.module.css";
import { Logo } from "./logo.tsx";
import { Navigation } from "./navigation.tsx";
import { UserMenu } from "./user-menu.tsx";

/** What stands around every page behind the sign-in. */
export function Frame() {
  const feed = useLiveData();
  const [isOpen, { toggle, close }] = useDisclosure(false);
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const main = useRef<HTMLElement>(null);
  const lastPath = useRef(path);
  useEffect(() => {
    if (lastPath.current === path) return;
    lastPath.current = path;
    // A screen reader goes on where the new page begins.
    main.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [path]);
  return (
    <>
      <a className="tp-skip" href="#main">
        Skip to content
      </a>
      <AppShell
        header={{ height: 56 }}
        navbar={{ width: 224, breakpoint: "sm", collapsed: { mobile: !isOpen } }}
        padding={{ base: "md", sm: "xl" }}
      >
        <AppShell.Header {...(classes["header"] && { className: classes["header"] })}>
          <Group h="100%" px="md" justify="space-between" wrap="nowrap">
            <Group gap="sm" wrap="nowrap">
              <Burger
                opened={isOpen}
                onClick={toggle}
                hiddenFrom="sm"
                size="sm"
                aria-label={isOpen ? "Close navigation" : "Open navigation"}
                aria-expanded={isOpen}
                aria-controls="navigation"
              />
              <Logo />
            </Group>
            <Group gap="xs" wrap="nowrap">
              <ConnectionBadge state={feed} />
              <ColorSchemeSwitch />
              <UserMenu />
            </Group>
          </Group>
        </AppShell.Header>
        <AppShell.Navbar id="navigation" p="sm" {...(classes["navbar"] && { className: classes["navbar"] })}>
          <AppShell.Section grow component={ScrollArea} type="auto">
            <Navigation onLeave={close} />
          </AppShell.Section>
        </AppShell.Navbar>
        <AppShell.Main
          id="main"
          ref={main}
          tabIndex={-1}
          {...(classes["main"] && { className: classes["main"] })}
        >
          <Suspense fallback={<Loading />}>
            <Outlet />
          </Suspense>
        </AppShell.Main>
      </AppShell>
    </>
  );
}
