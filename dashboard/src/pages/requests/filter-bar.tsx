import { ActionIcon, Badge, Button, Group, Select, Text, TextInput } from "@mantine/core";
import { IconSearch, IconX } from "../../parts/icons.ts";
import { type FormEvent, useState } from "react";

import { usePrincipalIds, usePrincipalNames } from "../../api/principal-names.ts";
import { useFilterChoices } from "./filter-choices.ts";
import { meantClient } from "./meant-client.ts";
import { readSearchText } from "./read-search-text.ts";
import {
  FILTER_WORDS,
  FILTERS,
  type FilterName,
  isRange,
  RANGES,
  type RequestSearch,
} from "./request-filters.ts";

interface Props {
  readonly search: RequestSearch;
  readonly onChange: (search: RequestSearch) => void;
  /** Of the requests in the list, the latest first. */
  readonly clients: readonly (string | null)[];
}

/** Those with a list to choose from; the others are typed into the search or chosen in the table. */
const CHOSEN = [
  "principal",
  "model",
  "profile",
  "error",
  "placement",
] as const satisfies readonly FilterName[];

export function FilterBar({ search, onChange, clients }: Props) {
  const choices = useFilterChoices();
  const nameOf = usePrincipalNames();
  const idOf = usePrincipalIds();
  const [text, setText] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() === "") return;
    const typed = readSearchText(text);
    const { principal, client } = typed;
    onChange({
      ...search,
      ...typed,
      ...(principal && { principal: idOf(principal) }),
      ...(client && { client: meantClient(client, clients) }),
    });
    setText("");
  };
  const active = FILTERS.filter((name) => search[name]);
  return (
    <div role="search" aria-label="Requests">
      <Group gap="xs" mb="xs">
        <form onSubmit={submit} style={{ flex: 1, minWidth: 240 }}>
          <TextInput
            aria-label="Search requests"
            placeholder="Search: a conversation, an id, status:429, client:curl, slower:5s …"
            leftSection={<IconSearch size={16} />}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        </form>
        <Select
          aria-label="Time"
          w={165}
          placeholder="Any time"
          clearable
          data={Object.entries(RANGES).map(([value, { label }]) => ({ value, label }))}
          value={isRange(search.range) ? search.range : null}
          onChange={(range) => {
            const { since: _, until: __, range: ___, ...rest } = search;
            onChange(isRange(range ?? undefined) && range !== null ? { ...rest, range } : rest);
          }}
        />
      </Group>
      <Group gap="xs" mb="md">
        {CHOSEN.map((name) => (
          <Select
            key={name}
            aria-label={FILTER_WORDS[name]}
            placeholder={FILTER_WORDS[name]}
            size="xs"
            w={140}
            clearable
            searchable
            data={withChosen(choices[name], search[name])}
            value={search[name] ?? null}
            onChange={(value) => onChange({ ...search, [name]: value ?? "" })}
          />
        ))}
        {active.map((name) => (
          <Badge
            key={name}
            variant="light"
            size="lg"
            tt="none"
            fw={500}
            rightSection={
              <ActionIcon
                size="xs"
                variant="transparent"
                aria-label={`Remove the filter ${FILTER_WORDS[name]}`}
                onClick={() => onChange({ ...search, [name]: "" })}
              >
                <IconX size={12} />
              </ActionIcon>
            }
          >
            {FILTER_WORDS[name]}: {name === "principal" ? nameOf(search[name] ?? "") : search[name]}
          </Badge>
        ))}
        {active.length > 1 && (
          <Button variant="subtle" size="compact-xs" onClick={() => onChange({})}>
            Remove all
          </Button>
        )}
        {search.since !== undefined && (
          <Text size="xs" c="dimmed">
            Since {new Date(Number(search.since)).toLocaleString()}
          </Text>
        )}
      </Group>
    </div>
  );
}

interface Choice {
  readonly value: string;
  readonly label: string;
}

/** One that came by the address may not be in the list. */
function withChosen(choices: readonly Choice[], chosen: string | undefined): Choice[] {
  if (!chosen || choices.some(({ value }) => value === chosen)) return [...choices];
  return [...choices, { value: chosen, label: chosen }];
}
