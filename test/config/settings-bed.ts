import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ConfigError } from "../../src/config/config-error.ts";
import { resolveConfig, type ConfigInput, type ResolvedConfig } from "../../src/config/resolve-config.ts";

export interface SettingsSources extends Partial<ConfigInput> {
  readonly userId?: number;
}

/** Settings of a file in `etc` of a folder of the test's own, for a person at home in `home` who is in `home/project`. */
export class SettingsBed implements Disposable {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), "turnpike-")));
  readonly configFile = join(this.root, "etc/turnpike.json");

  constructor() {
    mkdirSync(join(this.root, "etc"));
    mkdirSync(join(this.root, "home/project"), { recursive: true });
  }

  resolve(file: object, { userId = 1000, ...given }: SettingsSources = {}): ResolvedConfig {
    const { configFile } = this;
    writeFileSync(configFile, JSON.stringify(file));
    const homeDir = join(this.root, "home");
    const currentDir = join(homeDir, "project");
    const machine = { platform: "linux", homeDir, currentDir, cores: 4, memoryBytes: 16e9, userId } as const;
    return resolveConfig({ configFile, flags: {}, environment: {}, machine, engines: ["sdk"], ...given });
  }

  problemsOf(file: object, given: SettingsSources = {}): readonly string[] {
    try {
      this.resolve(file, given);
    } catch (error) {
      if (error instanceof ConfigError) return error.problems;
      throw error;
    }
    return [];
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true });
  }
}
