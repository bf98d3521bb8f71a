import type { Clock } from "../core/ports/clock.ts";
import type { Logger } from "../core/ports/logger.ts";
import type { UseCounters } from "../core/ports/use-counters.ts";
import type { UserStore } from "../core/ports/user-store.ts";
import { Passwords } from "../service/people/passwords.ts";
import { People } from "../service/people/people.ts";
import { SessionDirectory } from "../service/people/session-directory.ts";
import { SignInThrottle } from "../service/people/sign-in-throttle.ts";
import { UserAdmin } from "../service/people/user-admin.ts";

export interface OpenedPeople {
  readonly people: People;
  readonly users: UserAdmin;
  readonly sessions: SessionDirectory;
}

/** What signs people in, and what changes who may. */
export function openPeople(
  store: UserStore,
  parts: {
    readonly counters: UseCounters;
    readonly clock: Clock;
    readonly logger: Logger;
    readonly passwords?: Passwords;
  },
): OpenedPeople {
  const { counters, clock, logger, passwords = new Passwords() } = parts;
  const sessions = new SessionDirectory(store, clock);
  const throttle = new SignInThrottle(counters, clock);
  return {
    people: new People({ store, sessions, passwords, throttle, clock, logger }),
    users: new UserAdmin({ store, onChange: () => sessions.forget(), clock, logger }),
    sessions,
  };
}
