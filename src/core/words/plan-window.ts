/** How full one of the plan's windows is, as the model's API says with its answers. */
export interface PlanWindow {
  /** The API's name for it, such as `five_hour` or `seven_day`. */
  readonly name: string;
  /** From 0 to 1, or above where more is paid for; absent when the API does not say. */
  readonly utilization?: number;
  readonly status: "allowed" | "warning" | "rejected";
  /** Milliseconds since the epoch. */
  readonly resetsAt?: number;
}
