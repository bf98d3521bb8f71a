import { Anchor, Badge, Stack, Text } from "@mantine/core";
import { IconFile } from "./icons.ts";

import { CodeBlock } from "./code-block.tsx";
import { numbered } from "./numbered.ts";
import classes from "./steps-view.module.css";

export interface ShownImage {
  readonly type: "image";
  /** Where this server has it; null for one at an address elsewhere, which is not loaded. */
  readonly url: string | null;
  readonly address: string | null;
}

export interface ShownTool {
  readonly type: "tool";
  readonly id: string;
  /** Empty for a result that a client sent. */
  readonly name: string;
  readonly input: string;
  readonly output: string | null;
  readonly is_error: boolean;
  readonly images: readonly ShownImage[];
  /** It is under way. */
  readonly isRunning?: boolean;
}

/** What was said and done. */
export type ShownStep =
  | { readonly type: "text" | "thinking"; readonly text: string }
  | { readonly type: "document"; readonly title: string | null }
  | ShownImage
  | ShownTool;

/** Words, thoughts, tools and pictures in their order. */
export function StepsView({ steps }: { readonly steps: readonly ShownStep[] }) {
  return (
    <Stack gap="sm">
      {numbered(steps).map(({ place, item }) => (
        <StepView key={place} step={item} />
      ))}
    </Stack>
  );
}

function StepView({ step }: { readonly step: ShownStep }) {
  switch (step.type) {
    case "text":
      return <div className={classes["text"]}>{step.text}</div>;
    case "thinking":
      return step.text === "" ? (
        <Text size="sm" c="dimmed" fs="italic">
          Claude thought, and the model shows no text of it.
        </Text>
      ) : (
        <details className={classes["thinking"]}>
          <summary>Thinking</summary>
          <div className={classes["text"]}>{step.text}</div>
        </details>
      );
    case "document":
      return (
        <Text size="sm" c="dimmed">
          <IconFile size={15} aria-hidden /> {step.title ?? "A document"}
        </Text>
      );
    case "image":
      return <ImageView image={step} />;
    case "tool":
      return <ToolView tool={step} />;
  }
}

function ImageView({ image }: { readonly image: ShownImage }) {
  if (image.url === null) {
    return (
      <Text size="sm" c="dimmed">
        An image at{" "}
        <Anchor
          underline="always"
          href={safeAddress(image.address)}
          target="_blank"
          rel="noreferrer noopener"
        >
          {image.address}
        </Anchor>
      </Text>
    );
  }
  return <img className={classes["image"]} src={image.url} alt="Sent with this turn" loading="lazy" />;
}

/** A client wrote it: only what a browser opens as a page may be followed. */
function safeAddress(address: string | null): string {
  return address !== null && /^https?:\/\//i.test(address) ? address : "#";
}

function ToolView({ tool }: { readonly tool: ShownTool }) {
  const name = tool.name === "" ? "Result of a tool" : tool.name;
  return (
    <details className={classes["tool"]} data-tool={tool.name}>
      <summary>
        <span className={classes["line"]}>
          <Text span fw={600} size="sm">
            {name}
          </Text>
          {tool.is_error && (
            <Badge color="red" variant="light" tt="none">
              failed
            </Badge>
          )}
          {tool.isRunning && (
            <Badge color="blue" variant="light" tt="none">
              running
            </Badge>
          )}
          <span className={classes["input"]}>{tool.input}</span>
        </span>
      </summary>
      <Stack gap="xs" className={classes["inside"] ?? ""}>
        {tool.input !== "" && (
          <CodeBlock code={indent(tool.input)} label={`input of ${name}`} wraps maxHeight={260} />
        )}
        {tool.output !== null && tool.output !== "" && (
          <CodeBlock code={tool.output} label={`output of ${name}`} wraps maxHeight={320} />
        )}
        {tool.output === null && !tool.isRunning && (
          <Text size="sm" c="dimmed">
            Its result is not in this turn.
          </Text>
        )}
        {numbered(tool.images).map(({ place, item }) => (
          <ImageView key={place} image={item} />
        ))}
      </Stack>
    </details>
  );
}

function indent(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}
