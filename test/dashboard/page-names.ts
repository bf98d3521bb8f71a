/** The pages, as their headings call them. */
export const PAGE_NAMES = [
  "Overview",
  "Live",
  "Requests",
  "Conversations",
  "Playground",
  "Connect",
  "Usage",
  "Keys",
  "Profiles",
  "Users",
  "Settings",
  "Log",
] as const;
