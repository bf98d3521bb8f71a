import {
  Button,
  Divider,
  Group,
  MultiSelect,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  TagsInput,
  TextInput,
} from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import type { KeyBody, KeyWithSecretBody } from "../../../../src/protocols/admin/key-schemas.ts";
import { callApi } from "../../api/call-api.ts";
import { keysQuery } from "../../api/queries.ts";
import { ErrorNote } from "../../parts/error-note.tsx";
import { showDone } from "../../parts/toasts.ts";
import { KeyActions } from "./key-actions.tsx";
import { bodyOf, draftOf, type KeyDraft, LIMIT_NAMES, LIMITS } from "./key-draft.ts";
import type { ToldSecret } from "./keys-page.tsx";

interface Props {
  /** Absent: a new one. */
  readonly of: KeyBody | undefined;
  readonly onClose: () => void;
  readonly onSecret: (told: ToldSecret) => void;
}

const ROLES = [
  { value: "client", label: "Client: runs turns" },
  { value: "viewer", label: "Viewer: reads the admin API" },
  { value: "admin", label: "Admin: runs turns, and does all that admins do" },
];
const APPROVALS = [
  { value: "default", label: "As the settings say for clients" },
  { value: "none", label: "Answers no approvals" },
  { value: "own", label: "Answers those of its own turns" },
  { value: "all", label: "Answers everybody's" },
];
const MODES = ["default", "acceptEdits", "plan", "dontAsk", "auto", "bypassPermissions"];

export function KeyForm({ of: key, onClose, onSecret }: Props) {
  const client = useQueryClient();
  const [draft, setDraft] = useState(() => draftOf(key));
  const put = (more: Partial<KeyDraft>) => setDraft((before) => ({ ...before, ...more }));
  const { data: models } = useQuery({
    queryKey: ["models"],
    queryFn: ({ signal }) =>
      callApi<{ data: { id: string; claude?: { profile?: string } }[] }>("/v1/models", { signal }),
    retry: false,
    staleTime: 60_000,
  });
  const save = useMutation({
    mutationFn: () =>
      callApi<KeyBody | KeyWithSecretBody>(
        key ? `/admin/api/keys/${encodeURIComponent(key.id)}` : "/admin/api/keys",
        {
          method: "POST",
          body: bodyOf(draft, key),
        },
      ),
    onSuccess: (saved) => {
      void client.invalidateQueries({ queryKey: keysQuery.queryKey });
      if ("key" in saved) onSecret({ name: saved.name, secret: saved.key });
      else showDone(`The key ${saved.name} has been changed.`);
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const isRevoked = key?.status === "revoked";
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label="Name"
          description="Whose it is, or what for."
          required
          maxLength={128}
          data-autofocus
          disabled={isRevoked}
          value={draft.name}
          onChange={(event) => put({ name: event.currentTarget.value })}
        />
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <Select
            label="Role"
            data={ROLES}
            allowDeselect={false}
            disabled={isRevoked}
            value={draft.role}
            onChange={(role) => put({ role: (role ?? "client") as KeyDraft["role"] })}
          />
          <Select
            label="Approvals"
            data={APPROVALS}
            allowDeselect={false}
            disabled={isRevoked}
            value={draft.approve}
            onChange={(approve) => put({ approve: (approve ?? "default") as KeyDraft["approve"] })}
          />
        </SimpleGrid>
        <Divider label="Limits; empty: as much as it likes" labelPosition="left" />
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          {LIMIT_NAMES.map((name) => {
            const { label, isMoney } = LIMITS[name];
            return (
              <NumberInput
                key={name}
                label={label}
                placeholder="no limit"
                min={isMoney ? 0.01 : 1}
                allowDecimal={isMoney === true}
                allowNegative={false}
                thousandSeparator=","
                {...(isMoney && { prefix: "$", decimalScale: 2 })}
                disabled={isRevoked}
                value={draft.limits[name]}
                onChange={(value) =>
                  put({ limits: { ...draft.limits, [name]: value === "" ? "" : Number(value) } })
                }
              />
            );
          })}
        </SimpleGrid>
        <Divider label="Only for; empty: for everything that the settings allow" labelPosition="left" />
        <TagsInput
          label="Models"
          description="One that ends in * stands for all that begin like it."
          placeholder={draft.models.length === 0 ? "all models" : ""}
          data={models?.data.map(({ id }) => id) ?? []}
          disabled={isRevoked}
          value={[...draft.models]}
          onChange={(names) => put({ models: names })}
        />
        <TagsInput
          label="Profiles"
          placeholder={draft.profiles.length === 0 ? "all profiles" : ""}
          data={[...new Set(models?.data.flatMap(({ claude }) => claude?.profile ?? []))]}
          disabled={isRevoked}
          value={[...draft.profiles]}
          onChange={(names) => put({ profiles: names })}
        />
        <TagsInput
          label="Workspaces"
          description="Absolute paths. Turns with tools work there and below only."
          placeholder={draft.workspaces.length === 0 ? "all folders" : ""}
          disabled={isRevoked}
          value={[...draft.workspaces]}
          onChange={(paths) => put({ workspaces: paths })}
        />
        <MultiSelect
          label="Permission modes"
          placeholder={draft.permissionModes.length === 0 ? "all modes" : ""}
          data={MODES}
          disabled={isRevoked}
          value={[...draft.permissionModes]}
          onChange={(modes) => put({ permissionModes: modes })}
        />
        <Divider />
        <TextInput
          type="date"
          label="Expires at the end of"
          description="Empty: never."
          disabled={isRevoked}
          value={draft.expires}
          onChange={(event) => put({ expires: event.currentTarget.value })}
        />
        <Switch
          label="Keep what this key's requests say and are answered"
          description="Where the server's settings let the log hold content. Secrets are left out."
          disabled={isRevoked}
          checked={draft.logContent}
          onChange={(event) => put({ logContent: event.currentTarget.checked })}
        />
        <ErrorNote error={save.error} />
        <Group justify="space-between">
          {key ? <KeyActions of={key} onDone={onClose} onSecret={onSecret} /> : <span />}
          <Group gap="xs">
            <Button variant="default" onClick={onClose}>
              {isRevoked ? "Close" : "Cancel"}
            </Button>
            {!isRevoked && (
              <Button type="submit" loading={save.isPending}>
                {key ? "Save" : "Create the key"}
              </Button>
            )}
          </Group>
        </Group>
      </Stack>
    </form>
  );
}
