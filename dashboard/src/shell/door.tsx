import { Box, Card, Center, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";

import { ColorSchemeSwitch } from "./color-scheme-switch.tsx";
import { Logo } from "./logo.tsx";

interface Props {
  readonly title: string;
  readonly about?: ReactNode;
  readonly children: ReactNode;
}

/** What stands around the pages before the sign-in. */
export function Door({ title, about, children }: Props) {
  return (
    <Center component="main" mih="100dvh" p="md">
      <Box pos="absolute" top={12} right={12}>
        <ColorSchemeSwitch />
      </Box>
      <Stack w="100%" maw={410} gap="lg">
        <Center>
          <Logo />
        </Center>
        <Card shadow="sm" padding="xl" radius="lg">
          <Title order={1} size="h3">
            {title}
          </Title>
          {about && (
            <Text c="dimmed" size="sm" mt={4} component="div">
              {about}
            </Text>
          )}
          <Box mt="lg">{children}</Box>
        </Card>
      </Stack>
    </Center>
  );
}
