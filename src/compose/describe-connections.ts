import { posix, win32 } from "node:path";

import type { ClientPlace } from "../cli/connect/client-place.ts";
import { CLIENTS } from "../cli/connect/clients.ts";
import { textFor } from "../cli/connect/prepare-files.ts";
import type { Target, TargetModel } from "../cli/connect/target.ts";
import { abilitiesOf } from "../core/models/abilities-of.ts";
import type { ModelDescription } from "../core/ports/model-catalogue.ts";
import {
  type ClientPlatform,
  type ConnectionBody,
  KEY_PLACEHOLDER,
} from "../protocols/admin/connection-schemas.ts";

const DEFAULT_MODEL = "sonnet";

/** What `turnpike connect` would write and say for each client, for somebody on another machine. */
export function describeConnections(
  url: string,
  platform: ClientPlatform,
  listed: readonly ModelDescription[],
): { readonly model: string; readonly connections: readonly ConnectionBody[] } {
  const bare = listed.filter(({ profile }) => profile.builtinTools === "off");
  const models = (bare.length > 0 ? bare : listed).map(toTargetModel);
  const model = models.find(({ id }) => id === DEFAULT_MODEL) ?? models[0] ?? unknownModel();
  const target: Target = {
    url,
    apiUrl: `${url}/v1`,
    key: { value: KEY_PLACEHOLDER, isPlaceholder: true },
    areModelsTold: true,
    models: models.length > 0 ? models : [model],
    model,
    smallModel: models.find(({ id }) => id === "haiku") ?? model,
    isDefault: true,
  };
  const place = elsewhere(platform);
  const connections = CLIENTS.map(({ name, title, documentation, plan }): ConnectionBody => {
    const { files = [], steps = [], start, notes = [] } = plan(target, place);
    return {
      name,
      title,
      documentation: [...documentation],
      files: files.map((file) => ({
        path: file.path,
        format: file.format,
        text: textFor(file),
        holds_key: file.holdsKey ?? false,
      })),
      steps: [...steps],
      start: [...start],
      notes: [...notes],
    };
  });
  return { model: model.id, connections };
}

function toTargetModel({ id, model, resolvedModel }: ModelDescription): TargetModel {
  const { contextTokens, maxOutputTokens } = abilitiesOf(resolvedModel ?? model);
  return { id, contextTokens, maxOutputTokens };
}

function unknownModel(): TargetModel {
  const { contextTokens, maxOutputTokens } = abilitiesOf(DEFAULT_MODEL);
  return { id: DEFAULT_MODEL, contextTokens, maxOutputTokens };
}

/** A machine of which only the system is known. */
function elsewhere(platform: ClientPlatform): ClientPlace {
  const { join } = platform === "win32" ? win32 : posix;
  return { platform, home: "~", folder: ".", environment: {}, join, exists: () => false };
}
