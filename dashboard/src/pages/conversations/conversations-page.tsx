import { useSearch } from "@tanstack/react-router";

import { ConversationList } from "./conversation-list.tsx";
import { ConversationView } from "./conversation-view.tsx";

export function ConversationsPage() {
  const { id } = useSearch({ from: "/frame/conversations" });
  return id ? <ConversationView key={id} id={id} /> : <ConversationList />;
}
