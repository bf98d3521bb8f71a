/** What a profile may name as its engine. Apart from how they are built: to know the names should load none of them. */
export const ENGINE_NAMES = ["sdk"] as const;

export type EngineName = (typeof ENGINE_NAMES)[number];
