import { Card, Group, Text } from "@mantine/core";
import type { IconComponent } from "./make-icon.tsx";
import type { ReactNode } from "react";

interface Props {
  readonly label: string;
  readonly value: ReactNode;
  readonly icon?: IconComponent;
  /** Below the number, in small. */
  readonly children?: ReactNode;
}

/** One number that matters. */
export function Stat({ label, value, icon: Icon, children }: Props) {
  return (
    <Card padding="md">
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Text size="sm" c="dimmed" fw={500}>
          {label}
        </Text>
        {Icon && <Icon size={18} stroke={1.6} color="var(--mantine-color-dimmed)" aria-hidden />}
      </Group>
      <Text fz="min(28px, 6vw)" fw={700} lh={1.25} mt={4}>
        {value}
      </Text>
      {children !== undefined && (
        <Text size="xs" c="dimmed" mt={2} component="div">
          {children}
        </Text>
      )}
    </Card>
  );
}
