/** How requests may be asked to reach a person's session; by itself is `auto`. */
export const TRANSPORT_CHOICES = ["auto", "channel", "inbox"] as const;

export type TransportChoice = (typeof TRANSPORT_CHOICES)[number];
