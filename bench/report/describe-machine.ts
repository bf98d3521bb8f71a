import { readFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, release, totalmem, type } from "node:os";
import { fileURLToPath } from "node:url";

/** What the numbers depend on. */
export interface MachineDescription {
  readonly cores: number;
  readonly cpuModel: string;
  readonly memoryGiB: number;
  readonly os: string;
  readonly node: string;
  readonly agentSdk: string;
  /** Of the last minute before the run; far above 0 means that other programs were measured too. */
  readonly loadAverage: number;
}

export function describeMachine(): MachineDescription {
  return {
    cores: availableParallelism(),
    cpuModel: cpus().at(0)?.model.trim() ?? "unknown",
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    os: `${type()} ${release()} ${process.arch}`,
    node: process.versions.node,
    agentSdk: readSdkVersion(),
    loadAverage: Math.round((loadavg().at(0) ?? 0) * 100) / 100,
  };
}

export function formatMachine(machine: MachineDescription): string {
  const { cores, cpuModel, memoryGiB, os, node, agentSdk, loadAverage } = machine;
  return `${cores} cores (${cpuModel}), ${memoryGiB} GiB, ${os}, Node ${node}, Agent SDK ${agentSdk}; load average before the run ${loadAverage}`;
}

function readSdkVersion(): string {
  const file = new URL("package.json", import.meta.resolve("@anthropic-ai/claude-agent-sdk"));
  // Proof: the manifest of an installed package has a version.
  return (JSON.parse(readFileSync(fileURLToPath(file), "utf8")) as { version: string }).version;
}
