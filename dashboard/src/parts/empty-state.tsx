import { Center, Stack, Text, ThemeIcon, Title } from "@mantine/core";
import type { IconComponent } from "./make-icon.tsx";
import type { ReactNode } from "react";

interface Props {
  readonly icon: IconComponent;
  readonly title: string;
  /** What to do about it. */
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}

/** In place of a list that has nothing yet. */
export function EmptyState({ icon: Icon, title, children, action }: Props) {
  return (
    <Center py={48} px="md">
      <Stack align="center" gap="xs" maw={460} ta="center">
        <ThemeIcon size={52} radius="xl" variant="light" color="sign">
          <Icon size={26} />
        </ThemeIcon>
        <Title order={3}>{title}</Title>
        <Text c="dimmed" component="div">
          {children}
        </Text>
        {action}
      </Stack>
    </Center>
  );
}
