import { expect } from "vitest";

export interface ExpectedError {
  readonly type: string;
  readonly code: string | null;
  readonly param?: string;
  /** What the message says. */
  readonly message?: RegExp;
}

/** Checks a body for OpenAI's error shape, and that it gives nothing of the machine away. */
export function expectErrorBody(body: unknown, expected: ExpectedError): void {
  const { type, code, param = null, message = /\w/ } = expected;
  expect(body).toEqual({ error: { message: expect.stringMatching(message), type, param, code } });
  const source = JSON.stringify(body);
  // A stack, a path of this machine, a secret of the tests.
  expect(source).not.toMatch(/\bat \S+:\d+|node_modules|\/tmp\/|\/root\/|\/work\/|sk-ant-|tp-test-key/);
}

/** The same for a whole response. */
export async function expectError(
  response: Response,
  { status, ...expected }: ExpectedError & { readonly status: number },
): Promise<void> {
  const source = await response.text();
  expect(response.status, source).toBe(status);
  expect(response.headers.get("content-type")).toContain("application/json");
  expect(response.headers.get("x-request-id")).toMatch(/^req_/);
  expectErrorBody(JSON.parse(source), expected);
}
