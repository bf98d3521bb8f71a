import { Group, Text } from "@mantine/core";

export function Logo() {
  return (
    <Group gap="xs" wrap="nowrap">
      <svg width="28" height="28" viewBox="0 0 32 32" aria-hidden="true">
        <rect width="32" height="32" rx="8" fill="#0b7a5e" />
        <path d="M9 26 13.2 6h1.9L14 26zM23 26 18.8 6h-1.9L18 26z" fill="#fff" fillOpacity=".95" />
        <path d="M15.4 8h1.2v3.4h-1.2zM15.2 14h1.6v4h-1.6zM15 21h2v5h-2z" fill="#ffd43b" />
      </svg>
      <Text fw={700} size="lg" lh={1}>
        Turnpike
      </Text>
    </Group>
  );
}
