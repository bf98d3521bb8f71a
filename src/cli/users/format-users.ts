import { type Line, styled } from "../../lib/styled-line.ts";
import type { UserBody } from "../../protocols/admin/user-schemas.ts";
import { formatTable } from "../format-table.ts";

const HEADINGS = ["Name", "Role", "State", "Approves", "Last signed in", "Id"];

/** A table for a person. */
export function formatUserTable(users: readonly UserBody[]): readonly Line[] {
  const rows = users.map((user) => [
    user.name,
    user.role,
    user.status,
    user.approve,
    user.signed_in_at === null ? "never" : momentOf(user.signed_in_at),
    user.id,
  ]);
  return formatTable(HEADINGS, rows, "bold");
}

/** The link alone on its line, for a person who passes it on. */
export function formatNewLink(about: string, link: string, expiresAt: number): readonly Line[] {
  return [about, "", `  ${link}`, "", `It works once, until ${momentOf(expiresAt)}, and is shown only now.`];
}

/** For who starts a server that nobody administers yet. */
export function formatFirstLink(link: string): readonly Line[] {
  return [
    styled("bold", "Nobody signs in to the dashboard yet. To become its administrator, open:"),
    "",
    [`  `, styled(["bold", "cyan"], link)],
    "",
    styled("dim", "It works once, for a day. Until somebody has used one, a start shows another."),
  ];
}

function momentOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
