import { NavLink } from "@mantine/core";
import { Link, useRouterState } from "@tanstack/react-router";

import { useIsAdmin } from "../api/session.ts";
import classes from "./frame.module.css";
import { PAGES, type PageEntry } from "./pages.ts";

interface Props {
  /** Called when a page has been chosen. */
  readonly onLeave: () => void;
}

export function Navigation({ onLeave }: Props) {
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const isAdmin = useIsAdmin();
  const pages: readonly PageEntry[] = PAGES;
  return (
    <nav aria-label="Pages">
      {pages
        .filter(({ isForAdmins }) => isAdmin || !isForAdmins)
        .map((page) => {
          const isCurrent = path === page.path || path.startsWith(`${page.path}/`);
          return (
            <NavLink
              key={page.path}
              renderRoot={(props) => <Link to={page.path} {...props} />}
              className={classes["link"] ?? ""}
              label={page.label}
              leftSection={<page.icon size={19} stroke={1.7} />}
              active={isCurrent}
              {...(isCurrent && { "aria-current": "page" })}
              onClick={onLeave}
            />
          );
        })}
    </nav>
  );
}
