import type { KeyedServer } from "./keyed-server.ts";
import { type RawAnswer, sendRaw } from "./scripted-server.ts";

/** What a browser does about cookies, as far as one page of the server is concerned. */
export class Browser {
  readonly #keyed: KeyedServer;
  readonly cookies = new Map<string, string>();
  csrfToken = "";
  /** The `Set-Cookie` headers of the latest answer. */
  setCookies: readonly string[] = [];

  constructor(keyed: KeyedServer) {
    this.#keyed = keyed;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#keyed.server.port}`;
  }

  get cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  /** The name and value of its session's cookie. */
  get sessionCookie(): readonly [string, string] {
    const found = [...this.cookies].find(([name]) => name.includes("_session"));
    if (!found) throw new Error("This browser has no session.");
    return found;
  }

  async send(
    method: string,
    path: string,
    body?: object,
    headers: Readonly<Record<string, string | undefined>> = {},
  ): Promise<RawAnswer> {
    const answer = await sendRaw(this.#keyed.server, {
      method,
      path,
      headers: withoutAbsent({
        origin: this.origin,
        ...(this.cookies.size > 0 && { cookie: this.cookieHeader }),
        ...(this.csrfToken !== "" && { "x-csrf-token": this.csrfToken }),
        ...(body && { "content-type": "application/json" }),
        ...headers,
      }),
      body: body && JSON.stringify(body),
    });
    this.setCookies = answer.headers["set-cookie"] ?? [];
    for (const line of this.setCookies) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === "") this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    const told = answer.json as { readonly csrf_token?: string } | undefined;
    if (told?.csrf_token !== undefined) this.csrfToken = told.csrf_token;
    return answer;
  }

  signIn(name: string, password: string): Promise<RawAnswer> {
    return this.send("POST", "/admin/api/session", { name, password });
  }
}

function withoutAbsent(headers: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

export const PASSWORD = "correct horse";

/** Somebody with this role and the usual password, signed in with a browser of their own. */
export async function signInAs(
  keyed: KeyedServer,
  role: "admin" | "viewer",
  name: string = role,
): Promise<{ readonly browser: Browser; readonly userId: string }> {
  // Proof for the cast: it is only told.
  const by = { id: "tester" as never, mayApprove: "all" } as const;
  const { user, link } = await keyed.people.users.invite({ name, role }, by);
  const browser = new Browser(keyed);
  const used = await browser.send("POST", "/admin/api/link/use", { token: link.token, password: PASSWORD });
  if (used.status !== 200) throw new Error(`The link was refused: ${used.text}`);
  return { browser, userId: user.id };
}
