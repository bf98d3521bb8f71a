import { type Line, styled } from "../../lib/styled-line.ts";
import type { RunEventBody } from "../../protocols/admin/format-run-event.ts";
import type { RunBody, UsageBody } from "../../protocols/admin/format-run.ts";
import type { Terminal } from "../terminal.ts";
import { formatClock } from "./format-runs.ts";
import { tellDuration } from "./tell-duration.ts";
import { TextPrinter } from "./text-printer.ts";

/** Shows a turn to a person: what is said as text, what is done as lines between. */
export class RunPrinter {
  readonly #terminal: Pick<Terminal, "print">;
  readonly #text: TextPrinter;
  readonly #more: string | undefined;

  /** @param more - the command that tells more of a turn that is over */
  constructor(terminal: Pick<Terminal, "print" | "printPart">, more?: string) {
    this.#more = more;
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
        if (event.type === "run" && event.run.ended_at !== null)
          this.#terminal.print(...describePast(event.run, event.run.ended_at, this.#more));
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
    default:
      // Of a newer server.
      return [];
  }
}

function describeRun(run: RunBody): readonly Line[] {
  const client = run.client === null ? "" : `, ${run.client}`;
  const error = run.error === null ? [] : [styled("red", run.error.message)];
  const head = note(`${run.id} · ${run.state} · ${run.protocol}${client} · ${run.profile} · ${run.model}`);
  return [head, ...error];
}

/** Of a turn that is over: its events are gone. */
function describePast(run: RunBody, endedAt: number, more: string | undefined): readonly Line[] {
  const waited =
    run.started_at === null ? "" : `, started after ${tellDuration(run.started_at - run.asked_at)}`;
  const times = `asked at ${formatClock(run.asked_at)}${waited}, over after ${tellDuration(endedAt - run.asked_at)}`;
  const used = run.usage ? [note(describeUsage(run.usage, run.cost_usd ?? 0).join(" · "))] : [];
  const record = more === undefined ? [] : [note(`Its events are not kept. What is on record: ${more}`)];
  return [note(times), ...used, ...record];
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
  const facts = [
    reason === null || reason === "end" ? state : `${state} (${reason})`,
    ...describeUsage(usage, cost),
  ];
  const problem = error === null ? [] : [styled("red", error.message)];
  return [...problem, note(facts.join(" · "))];
}

function describeUsage(usage: UsageBody, cost: number): readonly string[] {
  const input = usage.input_tokens + usage.cache_read_tokens + usage.cache_write_tokens;
  return [
    `${input} tokens in (${usage.cache_read_tokens} from the cache), ${usage.output_tokens} out`,
    `$${cost.toFixed(4)}`,
  ];
}

function note(text: string): Line {
  return styled("dim", text);
}
