import { AppError } from "../../core/words/app-error.ts";
import { formatLink, formatSession } from "../../protocols/admin/format-user.ts";
import { parseAdminBody } from "../../protocols/admin/parse-admin-body.ts";
import { missingParameter, RequestError } from "../../protocols/request-error.ts";
import {
  linkLookSchema,
  linkSchema,
  linkUseSchema,
  passwordChangeSchema,
  sessionSchema,
  signedOutSchema,
  signInSchema,
} from "../../protocols/admin/user-schemas.ts";
import type { BegunSession, People, SignInSource } from "../../service/people/people.ts";
import { csrfTokenOf } from "../../service/people/secret-token.ts";
import {
  type BrowserSession,
  endOf,
  principalOfUser,
  type SessionDirectory,
} from "../../service/people/session-directory.ts";
import type { AppContext } from "../app-env.ts";
import { readJsonBody } from "../body/read-json-body.ts";
import { clientAddress } from "../client-address.ts";
import { comesFromElsewhere } from "../middleware/check-origin.ts";
import { findSession, requireCsrfToken } from "../middleware/identify.ts";
import { requireSession } from "../require-principal.ts";
import {
  clearSessionCookie,
  readDeviceCookie,
  readSessionCookie,
  writeDeviceCookie,
  writeSessionCookie,
} from "../session-cookie.ts";
import type { AdminRoute } from "./admin-route.ts";
import { noteChange } from "./note-change.ts";
import { MAX_ADMIN_BODY_BYTES } from "./max-admin-body.ts";

interface Dependencies {
  readonly people: People;
  /** Absent where nobody signs in. */
  readonly sessions?: SessionDirectory;
}

/** Who is signed in: in, out, and by a link that works once. */
export function sessionRoutes(dependencies: Dependencies): readonly AdminRoute[] {
  return [
    {
      method: "get",
      path: "/admin/api/session",
      role: "anyone",
      description: {
        summary: "Who is signed in with this browser; 401 when nobody is.",
        answer: sessionSchema,
      },
      handle: showSession(dependencies),
    },
    {
      method: "post",
      path: "/admin/api/session",
      role: "anyone",
      description: {
        summary: "Sign in. The session's cookie is for browsers; programs use a key.",
        body: signInSchema,
        answer: sessionSchema,
      },
      handle: signIn(dependencies),
    },
    {
      method: "delete",
      path: "/admin/api/session",
      role: "anyone",
      description: { summary: "Sign out.", answer: signedOutSchema },
      handle: signOut(dependencies),
    },
    {
      method: "delete",
      path: "/admin/api/sessions",
      role: "user",
      description: { summary: "Sign out everywhere, here too.", answer: signedOutSchema },
      handle: signOutEverywhere(dependencies),
    },
    {
      method: "post",
      path: "/admin/api/password",
      role: "user",
      description: {
        summary: "Change one's own password. All other sessions end.",
        body: passwordChangeSchema,
        answer: sessionSchema,
      },
      handle: changePassword(dependencies),
    },
    {
      method: "post",
      path: "/admin/api/link",
      role: "anyone",
      description: {
        summary: "What a link that works once is for. It is not used up.",
        body: linkLookSchema,
        answer: linkSchema,
      },
      handle: showLink(dependencies),
    },
    {
      method: "post",
      path: "/admin/api/link/use",
      role: "anyone",
      description: {
        summary: "Use a link up: sets a password, and signs in.",
        body: linkUseSchema,
        answer: sessionSchema,
      },
      handle: useLink(dependencies),
    },
  ];
}

/** `GET /admin/api/session` */
function showSession({ sessions }: Dependencies) {
  return async (context: AppContext): Promise<Response> => {
    const session = await findSession(context, sessions);
    if (!session) throw nobody();
    return tell(context, session);
  };
}

/** `POST /admin/api/session` */
function signIn({ people }: Dependencies) {
  return async (context: AppContext): Promise<Response> => {
    requireOwnPage(context);
    const { name, password } = parseAdminBody(signInSchema, await readBody(context));
    return begin(context, await people.signIn(name, password, sourceOf(context)));
  };
}

/** `DELETE /admin/api/session`: where there is none there is nothing to do. */
function signOut({ people, sessions }: Dependencies) {
  return async (context: AppContext): Promise<Response> => {
    const session = await findSession(context, sessions);
    if (session) {
      requireCsrfToken(context, session);
      await people.signOut(session.token);
    }
    return tellSignedOut(context);
  };
}

/** `DELETE /admin/api/sessions` */
function signOutEverywhere({ people }: Dependencies) {
  return async (context: AppContext): Promise<Response> => {
    const { user } = requireSession(context);
    await people.signOutEverywhere(user);
    noteChange(context, { action: "users.signed-out-everywhere", target: user.id });
    return tellSignedOut(context);
  };
}

/** `POST /admin/api/password` */
function changePassword({ people }: Dependencies) {
  return async (context: AppContext): Promise<Response> => {
    const session = requireSession(context);
    const body = parseAdminBody(passwordChangeSchema, await readBody(context));
    const { device } = await people.changePassword(session, body.current_password, body.new_password);
    writeDeviceCookie(context, device);
    noteChange(context, { action: "users.password-changed", target: session.user.id });
    return tell(context, session);
  };
}

/** `POST /admin/api/link` */
function showLink({ people }: Dependencies) {
  return async (context: AppContext): Promise<Response> => {
    requireOwnPage(context);
    const { token } = parseAdminBody(linkLookSchema, await readBody(context));
    context.header("Cache-Control", "no-store");
    return context.json(formatLink(await people.findLink(token)));
  };
}

/** `POST /admin/api/link/use` */
function useLink({ people }: Dependencies) {
  return async (context: AppContext): Promise<Response> => {
    requireOwnPage(context);
    const { token, name, password } = parseAdminBody(linkUseSchema, await readBody(context));
    const { user, link } = await people.findLink(token);
    if (!user && name === undefined) throw missingParameter("name");
    if (user && name !== undefined) {
      throw new RequestError("invalid_value", "The name of this user is chosen already.", "name");
    }
    const begun = await people.useLink(token, { name: name ?? "", password }, sourceOf(context));
    const { id } = begun.user;
    noteChange(context, {
      by: principalOfUser(begun.user).id,
      action: "users.link-used",
      target: id,
      after: { name: begun.user.name, role: begun.user.role, purpose: link.purpose },
    });
    return begin(context, begun);
  };
}

function begin(context: AppContext, session: BegunSession): Response {
  writeSessionCookie(context, session.token);
  writeDeviceCookie(context, session.device);
  return tell(context, session);
}

function tell(context: AppContext, { user, session, token }: BrowserSession): Response {
  context.header("Cache-Control", "no-store");
  return context.json(formatSession(user, { csrfToken: csrfTokenOf(token), endsAt: endOf(session) }));
}

function tellSignedOut(context: AppContext): Response {
  clearSessionCookie(context);
  return context.json({ object: "session.deleted", deleted: true });
}

/** Whatever origins may call with a key: nobody is signed in from a page that is not ours. @throws AppError `forbidden` */
function requireOwnPage(context: AppContext): void {
  if (!comesFromElsewhere(context)) return;
  throw new AppError({ kind: "forbidden", message: "Only pages of this server sign in." });
}

function sourceOf(context: AppContext): SignInSource {
  const device = readDeviceCookie(context);
  const before = readSessionCookie(context);
  return {
    address: clientAddress(context),
    ...(device !== undefined && { device }),
    ...(before !== undefined && { before }),
  };
}

function readBody(context: AppContext): Promise<unknown> {
  return readJsonBody(context, MAX_ADMIN_BODY_BYTES);
}

function nobody(): AppError {
  return new AppError({ kind: "unauthorized", message: "Nobody is signed in. Sign in at /dashboard." });
}
