import type { Field, Fields, Shape } from "./shape.ts";

const text = (options: { minLength?: number; maxLength?: number; pattern?: RegExp } = {}): Shape => ({
  kind: "text",
  ...options,
});
const need = (shape: Shape): Field => ({ shape, required: true });
const may = (shape: Shape): Field => ({ shape });
const list = (item: Shape): Shape => ({ kind: "list", item });
const choice = (...values: string[]): Shape => ({ kind: "choice", values });
const object = (fields: Fields): Shape => ({ kind: "object", fields });
const any: Shape = { kind: "any" };
const type = need(text());

/** Ids of calls, in the form that the API uses itself and demands of clients' histories. */
export const TOOL_ID: Shape = text({ pattern: /^[a-zA-Z0-9_-]+$/ });

export const CACHE_CONTROL: Shape = {
  kind: "tagged",
  tag: "type",
  variants: {
    ephemeral: object({
      type,
      ttl: may(choice("5m", "1h")),
      scope: { shape: choice("global", "organization"), betas: ["prompt-caching-scope-2026-01-05"] },
    }),
  },
};
const mark = { cache_control: may(CACHE_CONTROL) };

const base64Image = object({
  type,
  media_type: need(choice("image/jpeg", "image/png", "image/gif", "image/webp")),
  data: need(text()),
});
const imageSource: Shape = {
  kind: "tagged",
  tag: "type",
  variants: {
    base64: base64Image,
    url: object({ type, url: need(text()) }),
    file: object({ type, file_id: need(text()) }),
  },
};
const citations = may(object({ enabled: may({ kind: "boolean" }) }));

export const TEXT_FIELDS: Fields = { type, text: need(text()), citations: may(list(any)), ...mark };
const textBlock = object(TEXT_FIELDS);
const image = object({
  type,
  source: need(imageSource),
  transformations: may(object({ oversized_image: may(any) })),
  ...mark,
});
const documentSource: Shape = {
  kind: "tagged",
  tag: "type",
  variants: {
    base64: object({ type, media_type: need(choice("application/pdf")), data: need(text()) }),
    text: object({ type, media_type: need(choice("text/plain")), data: need(text()) }),
    content: object({
      type,
      content: need({
        kind: "text-or-list",
        item: { kind: "tagged", tag: "type", variants: { text: textBlock, image } },
      }),
    }),
    url: object({ type, url: need(text()) }),
    file: object({ type, file_id: need(text()) }),
  },
};
const document = object({
  type,
  source: need(documentSource),
  title: may(text({ maxLength: 500 })),
  context: may(text()),
  citations,
  ...mark,
});
const searchResult = object({
  type,
  source: need(text()),
  title: need(text()),
  content: need(list({ kind: "tagged", tag: "type", variants: { text: textBlock } })),
  citations,
  ...mark,
});
const toolReference = object({ type, tool_name: need(text()), ...mark });
const name = need(text({ minLength: 1, maxLength: 200 }));
const calling = { caller: may(any), ...mark };

/** The blocks that a message may contain; the content of the API's own tools' results is not checked. */
export const BLOCKS: Readonly<Record<string, Shape>> = {
  text: textBlock,
  image,
  document,
  search_result: searchResult,
  thinking: object({ type, thinking: need(text()), signature: need(text()) }),
  redacted_thinking: object({ type, data: need(text()) }),
  tool_use: object({
    type,
    id: need(TOOL_ID),
    name,
    input: need({ kind: "record" }),
    toolset_name: may(text()),
    ...calling,
  }),
  tool_result: object({
    type,
    tool_use_id: need(TOOL_ID),
    content: may({
      kind: "text-or-list",
      item: {
        kind: "tagged",
        tag: "type",
        variants: {
          text: textBlock,
          image,
          document,
          search_result: searchResult,
          tool_reference: toolReference,
          browser_state: any,
        },
      },
    }),
    is_error: { shape: { kind: "boolean" } },
    toolset_name: may(text()),
    ...mark,
  }),
  server_tool_use: object({
    type,
    id: need(text({ pattern: /^srvtoolu_[a-zA-Z0-9_]+$/ })),
    name,
    input: need({ kind: "record" }),
    ...calling,
  }),
  web_search_tool_result: any,
  web_fetch_tool_result: any,
  code_execution_tool_result: any,
  bash_code_execution_tool_result: any,
  text_editor_code_execution_tool_result: any,
  tool_search_tool_result: any,
  container_upload: object({ type, file_id: need(text()), ...mark }),
  mcp_tool_use: any,
  mcp_tool_result: any,
  advisor_tool_result: any,
  compaction: any,
  fallback: any,
};

/** Blocks inside `system` and inside messages of role `system`. */
export const SYSTEM_BLOCKS: Readonly<Record<string, Shape>> = { text: textBlock };
