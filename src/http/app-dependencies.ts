import type { ServiceParts } from "../service/service-parts.ts";
import type { HttpOptions } from "./http-options.ts";

/** All that the HTTP side needs of the rest, given by hand. */
export interface AppDependencies extends ServiceParts {
  readonly options: HttpOptions;
}
