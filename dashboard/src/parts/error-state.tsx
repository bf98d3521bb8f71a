import { Button, Center, Stack, Text, ThemeIcon, Title } from "@mantine/core";
import { IconCloudOff, IconLock, IconRefresh } from "./icons.ts";

import { isApiError } from "../api/api-error.ts";

interface Props {
  readonly error: unknown;
  readonly onRetry?: (() => void) | undefined;
}

/** In place of what could not be shown. */
export function ErrorState({ error, onRetry }: Props) {
  const isForbidden = isApiError(error, 403);
  return (
    <Center py={48} role="alert">
      <Stack align="center" gap="xs" maw={460} ta="center">
        <ThemeIcon size={52} radius="xl" variant="light" color={isForbidden ? "gray" : "red"}>
          {isForbidden ? <IconLock size={26} /> : <IconCloudOff size={26} />}
        </ThemeIcon>
        <Title order={3}>{isForbidden ? "This is for admins" : "This could not be loaded"}</Title>
        <Text c="dimmed">{error instanceof Error ? error.message : "Something went wrong."}</Text>
        {onRetry && !isForbidden && (
          <Button variant="default" leftSection={<IconRefresh size={16} />} mt="sm" onClick={onRetry}>
            Try again
          </Button>
        )}
      </Stack>
    </Center>
  );
}
