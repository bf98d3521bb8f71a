import { expect, test } from "vitest";
import { parse } from "yaml";

import type { NewElements } from "./config-changes.ts";
import { ConfigTextError } from "./config-text-error.ts";
import type { ContentObject } from "./content.ts";
import { excluding, including, ownElements, ownFields, REMOVED } from "./content-rules.ts";
import { editConfigText, type ConfigFormat } from "./edit-config-text.ts";

function edit(text: string, format: ConfigFormat, content: ContentObject, newElements?: NewElements): string {
  const once = editConfigText(text, format, () => content, newElements);
  // Whatever it was: a second time changes nothing.
  expect(editConfigText(once, format, () => content, newElements)).toBe(once);
  return once;
}

test("JSON with comments keeps them, its order, its indentation and its trailing commas", () => {
  const text = `// mine
{
    "theme": "dark", // at night
    /* others */
    "provider": {
        "ollama": { "npm": "x" },
    },
}
`;
  expect(edit(text, "jsonc", { model: "t/sonnet", provider: { t: { options: { baseURL: "u" } } } })).toBe(
    `// mine
{
    "theme": "dark", // at night
    /* others */
    "provider": {
        "ollama": { "npm": "x" },
        "t": {
            "options": {
                "baseURL": "u"
            }
        },
    },
    "model": "t/sonnet",
}
`,
  );
});

test.each([
  ["", '{\n  "a": 1\n}\n'],
  ["// nothing yet\n", '// nothing yet\n{\n  "a": 1\n}\n'],
  ["{}", '{\n  "a": 1\n}'],
  ["{ /* keep me */ }", '{ /* keep me */\n  "a": 1\n}'],
  ['\uFEFF{"b":2}', '\uFEFF{"b":2, "a": 1}'],
  ['{"b":2,}', '{"b":2, "a": 1,}'],
  ['{\n  "b": 2 // two\n  // end\n}', '{\n  "b": 2, // two\n  "a": 1\n  // end\n}'],
  ['{\n  "b": 2 /* two\n lines */\n  , // odd\n}', '{\n  "b": 2 /* two\n lines */\n  , // odd\n  "a": 1,\n}'],
  ["{ // open\n}", '{\n  "a": 1 // open\n}'],
  ['{\n  "b": 2 }', '{\n  "b": 2,\n  "a": 1 }'],
  ['{\r\n\t"b": 2\r\n}\r\n', '{\r\n\t"b": 2,\r\n\t"a": 1\r\n}\r\n'],
])("JSON %j", (text, expected) => {
  expect(edit(text, "jsonc", { a: 1 })).toBe(expected);
});

test("TOML keeps comments, other tables and what stands where", () => {
  const text = `# my settings
model = "gpt-5" # the best
approval_policy = "never"

[model_providers.other]
name = "Other"   # spaced

# about servers
[mcp_servers.docs]
command = "docs"
`;
  const content = {
    model: "sonnet",
    model_provider: "turnpike",
    model_providers: { turnpike: { name: "Turnpike", base_url: "http://x/v1" } },
  };
  expect(edit(text, "toml", content)).toBe(`# my settings
model = "sonnet" # the best
approval_policy = "never"
model_provider = "turnpike"

[model_providers.other]
name = "Other"   # spaced

# about servers
[mcp_servers.docs]
command = "docs"

[model_providers.turnpike]
name = "Turnpike"
base_url = "http://x/v1"
`);
});

test.each([
  ["", 'm = "s"\n\n[p.t]\nu = "v"\nw = true\n'],
  ["# only words\n", undefined],
  ["[a]\nb = 1\n", 'm = "s"\n\n[a]\nb = 1\n\n[p.t]\nu = "v"\nw = true\n'],
  ['[p.t]\nu = "old"', 'm = "s"\n\n[p.t]\nu = "v"\nw = true'],
  ["[p.t]\n[a]\nb = 1", undefined],
  ['p = { t = { u = "old" } }\n', 'p = { t = { u = "v", w = true } }\nm = "s"\n'],
  ["p = { }\n", 'p = { t = { u = "v", w = true } }\nm = "s"\n'],
  ['m = """\nlong"""\r\n[p.t]\r\nx = 1\r\n', 'm = "s"\r\n[p.t]\r\nx = 1\r\nu = "v"\r\nw = true\r\n'],
  ['"p".t.u = "old"\n', undefined],
])("TOML %j", (text, expected) => {
  const edited = edit(text, "toml", { m: "s", p: { t: { u: "v", w: true } } });
  if (expected !== undefined) expect(edited).toBe(expected);
});

test("YAML keeps comments, its indentation and its order, and takes a list's element by its name", () => {
  const text = `# mine
name: My config   # a name
models:
    # the local one
    - name: Local
      provider: ollama
      roles: [chat]   # only
    - name: Turnpike
      provider: openai
      apiBase: http://old/v1
rules:
    - be brief
`;
  const content = {
    models: [
      { name: "Turnpike", apiBase: "http://new/v1", roles: ["chat", "edit"] },
      { name: "More", provider: "openai" },
    ],
  };
  expect(edit(text, "yaml", content)).toBe(`# mine
name: My config   # a name
models:
    # the local one
    - name: Local
      provider: ollama
      roles: [chat]   # only
    - name: Turnpike
      provider: openai
      apiBase: http://new/v1
      roles:
        - chat
        - edit
    - name: More
      provider: openai
rules:
    - be brief
`);
});

test("new elements come first where the first one counts", () => {
  const content = { models: [{ name: "a" }, { name: "b" }] };
  expect(edit("models:\n- name: x\n  y: 1\n", "yaml", content, "first")).toBe(
    "models:\n- name: a\n- name: b\n- name: x\n  y: 1\n",
  );
  expect(JSON.parse(edit('{"models": [{"name": "x"}]}', "jsonc", content, "first"))).toEqual({
    models: [{ name: "a" }, { name: "b" }, { name: "x" }],
  });
});

test.each([
  // Also when it is there already, with all of its lines; the new ones behind it.
  [
    "models:\n  - name: x\n  # of a\n  - name: a # mine\n    y: |\n      long\n  - name: z\nend: 1\n",
    "models:\n  - name: a # mine\n    y: |\n      long\n  - name: x\n  # of a\n  - name: z\n  - name: b\nend: 1\n",
  ],
  ["models:\n- name: x\n- name: b\n- name: a", "models:\n- name: a\n- name: x\n- name: b\n"],
  ["models:\r\n- name: b\r\n- name: a\r\n", "models:\r\n- name: a\r\n- name: b\r\n"],
  ["models:\n- name: a\n- name: x\n", "models:\n- name: a\n- name: x\n- name: b\n"],
  ["models:\n  -\n    name: x\n  -   name: a\n\n\n", undefined],
])("the first one is the first of the content: %j", (text, expected) => {
  const edited = edit(text, "yaml", { models: [{ name: "a" }, { name: "b" }] }, "first");
  expect(parse(edited).models[0]).toMatchObject({ name: "a" });
  if (expected !== undefined) expect(edited).toBe(expected);
});

test("an order that cannot be changed without harm is refused", () => {
  const content = { models: [{ name: "a" }] };
  for (const [text, format] of [
    ["models: [{ name: x }, { name: a }]\n", "yaml"],
    ["models:\n- &x\n  name: x\n  y: &y 1\n- name: a\n  y: *y\n", "yaml"],
    ['{"models": [{"name": "x"}, {"name": "a"}]}', "jsonc"],
  ] as const) {
    expect(() => edit(text, format, content, "first")).toThrow(ConfigTextError);
  }
});

test.each([
  ['{ "a": 1, "b": 2, "c": 3 }', '{ "a": 1, "c": 3 }'],
  ['{ "a": 1, "b": 2 /* two */ }', '{ "a": 1 /* two */ }'],
  ['{ "a": 1, "b": 2, }', '{ "a": 1, }'],
  ['{ "b": 2 }', "{ }"],
  ['{"a": [1, "x", 2], "b": "1,"}', '{"a": [1, "x", 2]}'],
  [
    '{\n  "a": 1,\n  // of b\n  "b": {\n    "x": 1\n  }, // two\n  "c": 3\n}\n',
    '{\n  "a": 1,\n  // of b\n  "c": 3\n}\n',
  ],
  ['{\r\n  "a": 1, // one, or so\r\n  "b": 2\r\n}\r\n', '{\r\n  "a": 1 // one, or so\r\n}\r\n'],
  ['{\n  "a": 1 // one,\n  , "b": 2\n}', '{\n  "a": 1 // one,\n  \n}'],
  ['{\n  "a": 1\n}', '{\n  "a": 1\n}'],
])("a field of JSON is taken out: %j", (text, expected) => {
  expect(edit(text, "jsonc", { b: REMOVED })).toBe(expected);
});

test.each([
  ['{"list": ["a", "b"]}', '{"list": ["a", "new"]}'],
  ['{"list": ["b"]}', '{"list": [\n  "new"\n]}'],
  ['{"list": [\n  "b", // of theirs\n  "a" // mine\n]}', '{"list": [\n  "a", // mine\n  "new"\n]}'],
  ['{"list": ["b", "new", "b"]}', '{"list": ["new"]}'],
  ['{"a": 1}', '{"a": 1}'],
])("values in a list, one by one: %j", (text, expected) => {
  const [without, withNew] = [{ list: excluding("b") }, { list: including("new") }];
  expect(edit(edit(text, "jsonc", without), "jsonc", withNew)).toBe(expected);
});

test("objects that are no longer wanted are taken out, and what was added to the others stays", () => {
  const text = '{\n  "models": {\n    "a": { "x": 1, "mine": true },\n    "b": {}\n  }\n}\n';
  const content = { models: ownFields({ a: { x: 2 }, c: { x: 3 } }, () => true) };
  expect(JSON.parse(edit(text, "jsonc", content))).toEqual({
    models: { a: { x: 2, mine: true }, c: { x: 3 } },
  });
  expect(edit(text, "jsonc", { models: ownFields({ a: {} }, () => false) })).toBe(text);
});

const OURS = [
  { id: "a", key: "OURS" },
  { id: "c", key: "OURS" },
];
const isOurs = ({ key }: Readonly<Record<string, unknown>>) => key === "OURS";

test.each([
  [
    "- id: x\n- id: a # theirs\n  key: THEIRS\n- id: b\n  key: OURS\n# of a\n- id: a\n  key: OURS\n  t: 1\n",
    "last",
    "- id: x\n- id: a # theirs\n  key: THEIRS\n# of a\n- id: a\n  key: OURS\n  t: 1\n- id: c\n  key: OURS\n",
  ],
  [
    "- id: x\n- id: b\n  key: OURS\n- id: c\n  key: OURS\n",
    "first",
    "- id: a\n  key: OURS\n- id: x\n- id: c\n  key: OURS\n",
  ],
  [
    "- id: x\n- id: b\n  key: OURS\n- id: a\n  key: OURS\n",
    "first",
    "- id: a\n  key: OURS\n- id: x\n- id: c\n  key: OURS\n",
  ],
  ["- id: b\n  key: OURS\n", "last", "- id: a\n  key: OURS\n- id: c\n  key: OURS\n"],
  ["- id: b\n  key: OURS", "first", undefined],
  ["-\n  id: b\n  key: OURS\n- id: x\n", "last", undefined],
])("our elements of a list are replaced, others stay: %j, %s", (list, newElements, expected) => {
  const content = { list: ownElements(OURS, { isOurs, isStale: isOurs }) };
  const place = newElements === "first" ? "first" : "last";
  const yaml = edit(`list:\n${list}`, "yaml", content, place);
  if (expected !== undefined) expect(yaml).toBe(`list:\n${expected}`);
  const { list: elements } = parse(yaml);
  expect(elements.filter(({ id, key }: { id: string; key: string }) => id === "b" && key === "OURS")).toEqual(
    [],
  );
});

test.each([
  '{"list": [{"id": "b", "key": "OURS"}, {"id": "x"}]}',
  '{"list": [{"id": "x"}, {"id": "b", "key": "OURS"}]}',
  '{\n  "list": [\n    // theirs\n    { "id": "x" },\n    { "id": "b", "key": "OURS" },\n  ],\n}',
])("our elements of a list in one line, and with trailing commas: %s", (text) => {
  for (const format of ["jsonc", "yaml"] as const) {
    if (format === "yaml" && text.includes("//")) continue;
    const edited = edit(text, format, { list: ownElements(OURS, { isOurs, isStale: isOurs }) });
    expect(parse(edited.replace("// theirs", ""))).toEqual({ list: [{ id: "x" }, ...OURS] });
    expect(edited.includes("// theirs")).toBe(text.includes("// theirs"));
  }
});

test.each([
  ["a: [ # mine\n  ]\n", 'a: [ # mine\n  {"b":1}]\n'],
  ["a: []\n", 'a: [{"b":1}]\n'],
])("YAML keeps the remark in an empty list: %j", (text, expected) => {
  expect(edit(text, "yaml", { a: [{ b: 1 }] })).toBe(expected);
});

test.each([
  ["", "a:\n  b: c\n  d:\n    - e: f\n"],
  ["# only words\n", "# only words\na:\n  b: c\n  d:\n    - e: f\n"],
  ["---\nz: 1\n", "---\nz: 1\na:\n  b: c\n  d:\n    - e: f\n"],
  ["z: 1", "z: 1\na:\n  b: c\n  d:\n    - e: f"],
  ["a:\nz: 1\n", "a:\n  b: c\n  d:\n    - e: f\nz: 1\n"],
  ["a: # to do\nz: 1\n", "a: # to do\n  b: c\n  d:\n    - e: f\nz: 1\n"],
  ["a: {}\n", undefined],
  ["a: { b: old, d: [ { e: g } ] }\n", undefined],
  ["a:\n  b:\n  d: []\n", undefined],
  ["a:\n  b: |\n    long\n    text\n  d:\n  - e: g\n    h: |\n      more\n\n# end\n", undefined],
  ["a:\r\n  b: old\r\n", "a:\r\n  b: c\r\n  d:\r\n    - e: f\r\n"],
  ['a: { "b": "c", }\n', undefined],
  ["x: &x\n  y: 1\na:\n  <<: *x\n  b: old\n", undefined],
])("YAML %j", (text, expected) => {
  const edited = edit(text, "yaml", { a: { b: "c", d: [{ e: "f" }] } });
  if (expected !== undefined) expect(edited).toBe(expected);
});

test("lines of variables keep the others, and only the last of a name counts", () => {
  const text = "# keys\nexport A=1\nKEY=old\nB='x y'\n";
  expect(edit(text, "env", { KEY: "tp-new", C: "it's" })).toBe(
    "# keys\nexport A=1\nKEY=tp-new\nB='x y'\nC=\"it's\"\n",
  );
  expect(edit("KEY=1\nexport KEY=2", "env", { KEY: "3" })).toBe("KEY=1\nexport KEY=3");
});

test.each([
  ['KEY="one\ntwo"\nB=1\n', "KEY=new\nB=1\n"],
  ["A='\nKEY=inside\n'\nexport KEY=`1\n\n2` # end\nB=1\n", "A='\nKEY=inside\n'\nexport KEY=new\nB=1\n"],
  ['KEY="one # not closed\nB=1\n', "KEY=new\nB=1\n"],
  ["A='\nKEY=inside\n'\n", "A='\nKEY=inside\n'\nKEY=new\n"],
])("a variable's value of several lines is replaced as a whole: %j", (text, expected) => {
  expect(edit(text, "env", { KEY: "new" })).toBe(expected);
});

test.each([
  ["jsonc", '{"a": 1,, }', /line 1/],
  ["jsonc", "[1]", /no object/],
  ["toml", "a = \n", /./],
  ["toml", "a.b = 1\na = { c = 2 }\n", /./],
  ["yaml", "a: [1\n", /./],
  ["yaml", "- 1\n", /no object/],
  ["yaml", "a: 1\n---\nb: 2\n", /./],
  ["yaml", "x: &x { y: 1 }\na: *x\n", /not changed here/],
] as const)("%s %j is not touched", (format, text, message) => {
  const content = { a: { new: 1 } };
  expect(() => editConfigText(text, format, () => content)).toThrow(ConfigTextError);
  expect(() => editConfigText(text, format, () => content)).toThrow(message);
});
