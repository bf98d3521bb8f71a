import { expect, test } from "vitest";

import { readDisposition } from "./read-disposition.ts";

test.each([
  ['form-data; name="purpose"', { name: "purpose" }],
  ['form-data; name="expires_after[seconds]"', { name: "expires_after[seconds]" }],
  ['form-data; name="file"; filename="a.txt"', { name: "file", filename: "a.txt" }],
  ["form-data; name=file; filename=a.txt", { name: "file", filename: "a.txt" }],
  [
    'form-data; name="file"; filename="a \\"b\\" %22c%22;d.txt"',
    { name: "file", filename: 'a "b" "c";d.txt' },
  ],
  ['form-data; name="file"; filename="C:\\x\\a.txt"', { name: "file", filename: "C:\\x\\a.txt" }],
  ['form-data; name="file"; filename="日本.txt"', { name: "file", filename: "日本.txt" }],
  [
    'form-data; name="file"; filename="_"; filename*=UTF-8\'\'na%C3%AFve.txt',
    { name: "file", filename: "naïve.txt" },
  ],
  ['form-data; name="file"; filename="a"; filename*=UTF-8\'\'%ZZ', { name: "file", filename: "a" }],
  ['form-data; name="file"; filename=""', { name: "file", filename: "" }],
  ["form-data", undefined],
  ['attachment; name="file"', undefined],
  [undefined, undefined],
])("%s", (header, expected) => {
  expect(readDisposition(header)).toEqual(expected);
});
