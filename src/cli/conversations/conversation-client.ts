import type { openConversationSource } from "../../compose/open-conversation-source.ts";
import type {
  AdminConversationDetailsBody,
  AdminConversationListBody,
} from "../../protocols/admin/conversation-schemas.ts";
import {
  formatAdminConversationDetails,
  formatAdminConversationList,
} from "../../protocols/admin/format-admin-conversation.ts";
import { parseConversationListQuery } from "../../protocols/admin/parse-conversation-query.ts";
import type { ControlClient } from "../daemon/control-client.ts";

export type ConversationQuery = Readonly<Record<string, string>>;

/** Bodies as the admin API gives them. Methods reject with ControlError, NoAnswerError or AppError. */
export interface ConversationClient {
  list(query: ConversationQuery): Promise<AdminConversationListBody>;
  show(id: string, turns: number): Promise<AdminConversationDetailsBody>;
  evict(id: string): Promise<void>;
  delete(id: string): Promise<void>;
}

const PATH = "/admin/api/conversations";

export function askServerForConversations(client: ControlClient): ConversationClient {
  return {
    list: (query) => client.get(`${PATH}?${new URLSearchParams(query)}`),
    show: (id, turns) => client.get(`${pathOf(id)}?limit=${turns}`),
    evict: async (id) => void (await client.post(`${pathOf(id)}/evict`)),
    delete: async (id) => void (await client.ask("DELETE", pathOf(id))),
  };
}

function pathOf(id: string): string {
  return `${PATH}/${encodeURIComponent(id)}`;
}

type ConversationSource = Pick<Awaited<ReturnType<typeof openConversationSource>>, "conversations">;

/** Reads and changes the database itself, where there are no processes. */
export function readConversations({ conversations }: ConversationSource): ConversationClient {
  return {
    async list(query) {
      const { filter, page } = parseConversationListQuery(query);
      const found = await conversations.list(filter, { ...page, limit: page.limit + 1 });
      return formatAdminConversationList(found, page.limit);
    },
    show: async (id, turns) => formatAdminConversationDetails(await conversations.find(id, { limit: turns })),
    evict: (id) => conversations.evict(id),
    delete: async (id) => void (await conversations.delete(id)),
  };
}
