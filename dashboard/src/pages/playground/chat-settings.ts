/** What a turn of the playground is asked with. */
export interface ChatSettings {
  readonly model: string;
  readonly system: string;
  /** Empty: the model's own. */
  readonly effort: string;
  readonly maxTokens: number | "";
  /** Empty: the profile's. */
  readonly permissionMode: string;
}

export const EFFORTS = ["low", "medium", "high", "xhigh", "max"] as const;

/** The body of a chat completion with one new message: the conversation's name brings what was before. */
export function bodyOf(settings: ChatSettings, text: string, images: readonly string[]): object {
  const { model, system, effort, maxTokens, permissionMode } = settings;
  const content =
    images.length === 0
      ? text
      : [
          ...images.map((url) => ({ type: "image_url", image_url: { url } })),
          ...(text === "" ? [] : [{ type: "text", text }]),
        ];
  return {
    model,
    messages: [
      ...(system.trim() === "" ? [] : [{ role: "system", content: system }]),
      { role: "user", content },
    ],
    stream: true,
    stream_options: { include_usage: true },
    ...(effort !== "" && { reasoning_effort: effort }),
    ...(maxTokens !== "" && { max_completion_tokens: maxTokens }),
    claude: { activity: "field", ...(permissionMode !== "" && { permissionMode }) },
  };
}
