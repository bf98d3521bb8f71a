/** A model as `/v1/models` lists it. */
export interface ServedModel {
  readonly id: string;
  readonly claude?: {
    readonly profile?: string;
    readonly request_overrides?: { readonly permission_modes?: readonly string[] };
  };
}

/** The one to begin with: as asked for, one of the profile asked for, else the first. */
export function startModel(
  models: readonly ServedModel[],
  model: string | undefined,
  profile: string | undefined,
): string {
  const fits = ({ claude }: ServedModel) => profile === undefined || claude?.profile === profile;
  const exact = models.find((each) => each.id === model && fits(each));
  const variant = models.find((each) => each.id.endsWith(`/${model}`) && fits(each));
  return (exact ?? variant ?? models.find(fits) ?? models[0])?.id ?? "claude-code";
}
