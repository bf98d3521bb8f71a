import { Badge, Button, Card, Group, SegmentedControl, Text, TextInput } from "@mantine/core";
import { IconFileText, IconPlayerPause, IconPlayerPlay, IconSearch } from "../../parts/icons.ts";
import { useState } from "react";

import { EmptyState } from "../../parts/empty-state.tsx";
import { ErrorState } from "../../parts/error-state.tsx";
import { Loading } from "../../parts/loading.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { LogLines } from "./log-lines.tsx";
import { type LogLevel, useLog } from "./use-log.ts";

const LEVELS: readonly { readonly value: LogLevel; readonly label: string }[] = [
  { value: "error", label: "Errors" },
  { value: "info", label: "Info" },
  { value: "debug", label: "Debug" },
  { value: "trace", label: "All" },
];

/** The server's own log as it is written. */
export function LogPage() {
  const [level, setLevel] = useState<LogLevel>("info");
  const [text, setText] = useState("");
  const [isPaused, setPaused] = useState(false);
  const log = useLog(level, isPaused);
  const wanted = text.trim().toLowerCase();
  const lines =
    wanted === ""
      ? log.lines
      : log.lines.filter(({ event, fields }) =>
          `${event} ${JSON.stringify(fields)}`.toLowerCase().includes(wanted),
        );
  return (
    <>
      <PageHead
        title="Log"
        about={
          <>
            What the server writes, the latest first. It holds no secrets, and no prompts unless the settings
            say so.
            {log.level !== undefined && ` It writes: ${log.level}.`}
          </>
        }
        actions={
          <Button
            variant="default"
            leftSection={isPaused ? <IconPlayerPlay size={16} /> : <IconPlayerPause size={16} />}
            onClick={() => setPaused(!isPaused)}
          >
            {isPaused ? "Go on" : "Pause"}
          </Button>
        }
      />
      <Group gap="xs" mb="md" justify="space-between">
        <SegmentedControl
          aria-label="Level"
          data={[...LEVELS]}
          value={level}
          onChange={(value) => setLevel(LEVELS.find((each) => each.value === value)?.value ?? "info")}
        />
        <TextInput
          aria-label="Search the lines"
          placeholder="Search the lines"
          leftSection={<IconSearch size={16} />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      </Group>
      {log.error ? (
        <Card>
          <ErrorState error={log.error} onRetry={log.retry} />
        </Card>
      ) : log.isPending ? (
        <Loading />
      ) : lines.length === 0 ? (
        <Card>
          <EmptyState icon={IconFileText} title={wanted === "" ? "Nothing was written yet" : "No line fits"}>
            {log.level === "none"
              ? "The server writes no log (setting log.level)."
              : "New lines appear here by themselves."}
          </EmptyState>
        </Card>
      ) : (
        <LogLines lines={lines} />
      )}
      {log.lost > 0 && (
        <Text size="sm" c="dimmed" mt="xs">
          <Badge color="yellow" variant="light" tt="none">
            {log.lost} lines missing
          </Badge>{" "}
          They came faster than this page could take them.
        </Text>
      )}
    </>
  );
}
