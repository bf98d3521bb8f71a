import { type Line, styled } from "../../lib/styled-line.ts";
import type { RunEventBody } from "../../protocols/admin/format-run-event.ts";
import type { RunBody } from "../../protocols/admin/format-run.ts";
import type { Terminal } from "../terminal.ts";
import { tellDuration } from "./tell-duration.ts";
import { TextPrinter } from "./text-printer.ts";

/** Shows a turn to a person: what is said as text, what is done as lines between. */
export class RunPrinter {
  readonly #terminal: Pick<Terminal, "print">;
  readonly #text: TextPrinter;

  constructor(terminal: Pick<Terminal, "print" | "printPart">) {
    this.#terminal = terminal;
    this.#text = new TextPrinter(terminal);
  }

  print(event: RunEventBody): void {
    switch (event.type) {
      case "text.delta":
        this.#text.add(event.text);
        return;
      case "reasoning.delta":
        this.#text.add(event.text, "dim");
        return;
      default:
        this.#text.end();
        this.#terminal.print(...describeEvent(event));
    }
  }

  /** There is no more. */
  end(): void {
    this.#text.end();
  }
}

type OtherEvent = Exclude<RunEventBody, { type: "text.delta" | "reasoning.delta" }>;

function describeEvent(event: OtherEvent): readonly Line[] {
  switch (event.type) {
    case "run":
      return describeRun(event.run);
    case "run.started":
      return [note(`started ${event.placement}, conversation ${event.conversation_name}`)];
    case "tool.call":
      return [[styled("cyan", `→ ${event.name}`), ` ${event.arguments}`]];
    case "activity.started":
      return [[styled("cyan", `● ${event.name}`), ` ${JSON.stringify(event.input)}`]];
    case "activity.progress":
      return [note(`  ${event.name} has been running for ${tellDuration(event.elapsed_ms)}`)];
    case "activity.ended":
      return describeResult(event.output, event.is_error);
    case "approval.requested":
      return [styled("yellow", `? ${event.tool} waits for an approval (${event.id}): ${event.summary}`)];
    case "approval.resolved":
      return [note(`  approval ${event.id}: ${event.outcome}`)];
    case "file.changed":
      return [note(`  ${event.change} ${event.path}`)];
    case "notice":
      return [note(`! ${event.message}`)];
    case "events.lost":
      return [styled("yellow", `… ${event.count} events are missing here`)];
    case "run.ended":
      return describeEnd(event);
  }
}

function describeRun(run: RunBody): readonly Line[] {
  const client = run.client === null ? "" : `, ${run.client}`;
  const error = run.error === null ? [] : [styled("red", run.error.message)];
  const head = note(`${run.id} · ${run.state} · ${run.protocol}${client} · ${run.profile} · ${run.model}`);
  return [head, ...error];
}

const RESULT_LINES = 5;

function describeResult(output: string, isError: boolean): readonly Line[] {
  const lines = output.trimEnd().split("\n");
  const shown = lines.slice(0, RESULT_LINES).map((line) => styled(isError ? "red" : "dim", `  │ ${line}`));
  const more = lines.length - shown.length;
  return more > 0 ? [...shown, note(`  │ … ${more} more lines`)] : shown;
}

function describeEnd({
  state,
  reason,
  error,
  usage,
  cost_usd: cost,
}: Extract<OtherEvent, { type: "run.ended" }>): readonly Line[] {
  const input = usage.input_tokens + usage.cache_read_tokens + usage.cache_write_tokens;
  const facts = [
    reason === null || reason === "end" ? state : `${state} (${reason})`,
    `${input} tokens in (${usage.cache_read_tokens} from the cache), ${usage.output_tokens} out`,
    `$${cost.toFixed(4)}`,
  ];
  const problem = error === null ? [] : [styled("red", error.message)];
  return [...problem, note(facts.join(" · "))];
}

function note(text: string): Line {
  return styled("dim", text);
}
