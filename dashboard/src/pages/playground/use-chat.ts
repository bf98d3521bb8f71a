import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";

import { readEvents } from "../../api/read-events.ts";
import { sendToApi } from "../../api/call-api.ts";
import { bodyOf, type ChatSettings } from "./chat-settings.ts";
import { applyChunk, type ChatChunk, type Exchange, newExchange } from "./exchange.ts";

interface Chat {
  readonly exchanges: readonly Exchange[];
  readonly isRunning: boolean;
  /** What the conversation is called on the server. */
  readonly conversation: string;
  send(settings: ChatSettings, text: string, images: readonly string[]): void;
  stop(): void;
  /** Another conversation. */
  restart(): void;
}

/** A conversation with the server, one turn at a time. */
export function useChat(given: string | undefined): Chat {
  const client = useQueryClient();
  const [conversation, setConversation] = useState(() => given ?? newName());
  const [exchanges, setExchanges] = useState<readonly Exchange[]>([]);
  const running = useRef<AbortController>(undefined);
  const isRunning = exchanges.at(-1)?.state === "running";
  // Who leaves the page stops the turn, as any client does.
  useEffect(() => () => running.current?.abort(), []);

  const change = (id: number, next: (exchange: Exchange) => Exchange) =>
    setExchanges((before) => before.map((each) => (each.id === id ? next(each) : each)));

  const run = async (id: number, settings: ChatSettings, text: string, images: readonly string[]) => {
    const controller = new AbortController();
    running.current = controller;
    try {
      const response = await sendToApi("/v1/chat/completions", {
        method: "POST",
        headers: { "X-Conversation-ID": conversation },
        body: bodyOf(settings, text, images),
        signal: controller.signal,
      });
      const placement = response.headers.get("x-turnpike-placement");
      if (placement !== null) change(id, (exchange) => ({ ...exchange, placement }));
      for await (const data of readEvents(response)) {
        if (data === "[DONE]") break;
        const chunk = JSON.parse(data) as ChatChunk;
        change(id, (exchange) => applyChunk(exchange, chunk, Date.now()));
      }
      change(id, (exchange) =>
        exchange.state === "running" ? { ...exchange, state: "done", endedAt: Date.now() } : exchange,
      );
    } catch (error) {
      const isStopped = controller.signal.aborted;
      const message = error instanceof Error ? error.message : "The turn failed.";
      change(id, (exchange) => ({
        ...exchange,
        endedAt: Date.now(),
        ...(isStopped ? { state: "stopped" } : { state: "failed", error: message }),
      }));
    } finally {
      void client.invalidateQueries({ queryKey: ["conversations"] });
    }
  };
  return {
    exchanges,
    isRunning,
    conversation,
    send(settings, text, images) {
      const id = (exchanges.at(-1)?.id ?? 0) + 1;
      setExchanges((before) => [...before, newExchange(id, text, images, Date.now())]);
      void run(id, settings, text, images);
    },
    stop: () => running.current?.abort(),
    restart() {
      running.current?.abort();
      setExchanges([]);
      setConversation(newName());
    },
  };
}

/** Also where the page came by plain HTTP, which has no `randomUUID`. */
function newName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(6));
  return `playground-${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
