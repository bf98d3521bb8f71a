import { Anchor, Box, Button, Card, Group, Text } from "@mantine/core";
import { IconAdjustments, IconCode, IconLock, IconPlayerPlay, IconPlus } from "../../parts/icons.ts";
import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { useRef, useState } from "react";

import { callApi } from "../../api/call-api.ts";
import { useIsAdmin } from "../../api/session.ts";
import { EmptyState } from "../../parts/empty-state.tsx";
import { ErrorState } from "../../parts/error-state.tsx";
import { Loading } from "../../parts/loading.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import type { ChatSettings } from "./chat-settings.ts";
import { CodeDialog } from "./code-dialog.tsx";
import { Composer } from "./composer.tsx";
import { ExchangeView } from "./exchange-view.tsx";
import { type ServedModel, startModel } from "./models.ts";
import classes from "./playground.module.css";
import { SettingsPanel } from "./settings-panel.tsx";
import { useChat } from "./use-chat.ts";
import { useFollowing } from "./use-following.ts";

/** Talk with any model or profile of this server, as a client would. */
export function PlaygroundPage() {
  const isAdmin = useIsAdmin();
  const models = useQuery({
    queryKey: ["models"],
    enabled: isAdmin,
    staleTime: 60_000,
    queryFn: ({ signal }) => callApi<{ data: readonly ServedModel[] }>("/v1/models", { signal }),
  });
  if (!isAdmin) {
    return (
      <>
        <PageHead title="Playground" />
        <Card>
          <EmptyState icon={IconLock} title="This is for admins">
            Turns cost something, and a viewer runs none. An admin can give you a key, or another role.
          </EmptyState>
        </Card>
      </>
    );
  }
  if (models.error) {
    return (
      <>
        <PageHead title="Playground" />
        <Card>
          <ErrorState error={models.error} onRetry={() => void models.refetch()} />
        </Card>
      </>
    );
  }
  return models.data ? <Playground models={models.data.data} /> : <Loading />;
}

function Playground({ models }: { readonly models: readonly ServedModel[] }) {
  const search = useSearch({ from: "/frame/playground" });
  const chat = useChat(search["conversation"]);
  const [settings, setSettings] = useState<ChatSettings>({
    model: startModel(models, search["model"], search["profile"]),
    system: "",
    effort: "",
    maxTokens: "",
    permissionMode: "",
  });
  const [lastText, setLastText] = useState("");
  const [hasPanel, setPanel] = useState(false);
  const [isCodeShown, setCodeShown] = useState(false);
  const end = useRef<HTMLDivElement>(null);
  useFollowing(chat.exchanges, end);
  return (
    <>
      <PageHead
        title="Playground"
        about={
          <>
            The conversation <code>{chat.conversation}</code>, as any client would have it.{" "}
            {chat.exchanges.length > 0 && (
              <Anchor
                inherit
                underline="always"
                renderRoot={(props) => <Link to="/conversations" search={{}} {...props} />}
              >
                See it on record
              </Anchor>
            )}
          </>
        }
        actions={
          <>
            <Button variant="default" leftSection={<IconCode size={16} />} onClick={() => setCodeShown(true)}>
              Show code
            </Button>
            <Button
              variant="default"
              leftSection={<IconPlus size={16} />}
              disabled={chat.exchanges.length === 0}
              onClick={chat.restart}
            >
              New conversation
            </Button>
          </>
        }
      />
      <div className={classes["columns"]}>
        <Box className={classes["talk"] ?? ""}>
          {chat.exchanges.length === 0 && (
            <Card>
              <EmptyState icon={IconPlayerPlay} title="Say something">
                The answer streams in as it comes, with what Claude does by itself. Calls that need a
                person&apos;s word can be answered here.
              </EmptyState>
            </Card>
          )}
          {chat.exchanges.map((exchange) => (
            <ExchangeView key={exchange.id} exchange={exchange} />
          ))}
          <div ref={end} />
          <Composer
            isRunning={chat.isRunning}
            onStop={chat.stop}
            onSend={(text, images) => {
              setLastText(text);
              chat.send(settings, text, images);
            }}
          />
        </Box>
        <aside className={classes["aside"]} aria-label="Parameters">
          <Button
            hiddenFrom="md"
            variant="default"
            fullWidth
            justify="space-between"
            rightSection={<IconAdjustments size={16} />}
            aria-expanded={hasPanel}
            onClick={() => setPanel(!hasPanel)}
          >
            {settings.model}
          </Button>
          <div className={classes["panel"]} data-open={hasPanel || undefined}>
            <SettingsPanel settings={settings} models={models} onChange={setSettings} />
          </div>
        </aside>
      </div>
      <CodeDialog
        isOpen={isCodeShown}
        onClose={() => setCodeShown(false)}
        settings={settings}
        text={lastText || "Hello"}
        conversation={chat.conversation}
      />
      <Group mt="xs">
        <Text size="xs" c="dimmed">
          Turns here count and cost like any other.
        </Text>
      </Group>
    </>
  );
}
