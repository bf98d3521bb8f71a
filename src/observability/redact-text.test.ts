import { expect, test } from "vitest";

import { expectWithin } from "../../test/machine-speed.ts";
import { createTextRedactor } from "./redact-text.ts";

const redact = createTextRedactor(["my own key", "abc"]);

test.each([
  ["key sk-ant-api03-AbCdEf_123 was refused", "key sk-[redacted] was refused"],
  ["tp-0123456789abcdef", "tp-[redacted]"],
  ["Authorization: Bearer eyJhbGciOi.J9", "Authorization: Bearer [redacted]"],
  ["postgres://ada:s3cret@db/turnpike", "postgres://ada:[redacted]@db/turnpike"],
  ["what about my own key here", "what about [redacted] here"],
  [`use ghp_${"a1".repeat(18)} for it`, "use ghp_[redacted] for it"],
  [`github_pat_${"a1".repeat(20)}`, "github_pat_[redacted]"],
  [`glpat-${"a1".repeat(10)}, npm_${"a1".repeat(18)}`, "glpat-[redacted], npm_[redacted]"],
  [`xoxb-12345678901-${"a1".repeat(12)}`, "xoxb-[redacted]"],
  [`sk_live_${"a1".repeat(12)}`, "sk_live_[redacted]"],
  [`AKIA${"A1".repeat(8)} and AIza${"a1".repeat(17)}`, "AKIA[redacted] and AIza[redacted]"],
  [`aws_secret_access_key = ${"aB/1".repeat(10)}`, "aws_secret_access_key = [redacted]"],
  ['{"password": "hunter22", "user": "ada"}', '{"password": "[redacted]", "user": "ada"}'],
  ["DB_PASSWORD='correct horse'", "DB_PASSWORD='[redacted]'"],
  ['"password": "my \\"quoted\\" one", "x": "y"', '"password": "[redacted]", "x": "y"'],
  // A call's arguments in a text in JSON.
  [
    String.raw`run({\"api_key\":\"0123 4567\",\"n\":1})`,
    String.raw`run({\"api_key\":\"[redacted]\",\"n\":1})`,
  ],
  ["x-api-key: 0123456789abcdef", "x-api-key: [redacted]"],
  ["password: hunter22\nuser: ada", "password: [redacted]\nuser: ada"],
  ["AccountName=a;AccountKey=aB1+/w==;x=1", "AccountName=a;AccountKey=[redacted];x=1"],
  ["login --password hunter22 --force", "login --password [redacted] --force"],
  ["curl -u ada:hunter22 https://a.example", "curl -u ada:[redacted] https://a.example"],
  ["Authorization: token 0123abcdef", "Authorization: token [redacted]"],
  ["Cookie: sid=0123abcdef; theme=dark", "Cookie: sid=[redacted]"],
  [`gsk_${"a1".repeat(12)} ya29.${"a1".repeat(12)}`, "gsk_[redacted] ya29.[redacted]"],
  [`SG.${"a1".repeat(8)}.${"b2".repeat(8)}`, "SG.[redacted]"],
  [
    "-----BEGIN PGP PRIVATE KEY BLOCK-----\nabc\n-----END PGP PRIVATE KEY BLOCK-----",
    "-----BEGIN PGP PRIVATE KEY BLOCK-----[redacted]-----END PGP PRIVATE KEY BLOCK-----",
  ],
  ["https://a.example/?token=abcdef0123&x=1", "https://a.example/?token=[redacted]&x=1"],
  [`it is eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.${"aB1".repeat(10)}.`, "it is [redacted]."],
  [
    "-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----\nbye",
    "-----BEGIN RSA PRIVATE KEY-----[redacted]-----END RSA PRIVATE KEY-----\nbye",
  ],
])("%j becomes %j", (text, redacted) => expect(redact(text)).toBe(redacted));

test.each([
  "the abc of desk-top work",
  "http://127.0.0.1:4141/v1",
  "a task-force",
  "http-server",
  "Invalid 'password': expected 12 characters",
  "max_tokens=100000, token: yes, the secret is out",
  "the password: it must be long; tokens: 100000",
  "give it with --api-key before the first start",
  "authorization: required, cookie: none",
  "git commit -u, 12:30:45",
])("%j stays as it is", (text) => expect(redact(text)).toBe(text));

test("takes linear time", () => {
  const hostile = [
    "eyJ-",
    "eyJaaaaaaaa.",
    "token   ",
    "-----BEGIN PRIVATE KEY-----",
    "password",
    "sk-",
    "://a:",
    "--",
    "--token ",
    "token: a",
    'token="',
    String.raw`token\":\"`,
    "cookie: a=",
    "authorization: a ",
    "-u a:",
    "SG.",
  ];
  const startedAt = performance.now();
  for (const piece of hostile) redact(piece.repeat(Math.ceil(64_000 / piece.length)));
  expectWithin(performance.now() - startedAt, 1_000);
});
