import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter, useSearch } from "@tanstack/react-router";
import { type FormEvent, useEffect, useState } from "react";

import { callApi } from "../../api/call-api.ts";
import { rememberSession, type Session, sessionQuery } from "../../api/session.ts";
import { ErrorNote } from "../../parts/error-note.tsx";
import { Door } from "../../shell/door.tsx";

export function LoginPage() {
  const { next } = useSearch({ from: "/login" });
  const router = useRouter();
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const signIn = useMutation({
    mutationFn: () => callApi<Session>("/admin/api/session", { method: "POST", body: { name, password } }),
    onSuccess: (session) => {
      client.setQueryData(sessionQuery.queryKey, rememberSession(session));
      router.history.push(next ?? "/dashboard/overview");
    },
  });
  useEffect(() => {
    document.title = "Sign in · Turnpike";
  }, []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate();
  };
  return (
    <Door title="Sign in">
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label="Name"
            autoComplete="username"
            autoCapitalize="none"
            required
            autoFocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <PasswordInput
            label="Password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <ErrorNote error={signIn.error} />
          <Button type="submit" fullWidth loading={signIn.isPending}>
            Sign in
          </Button>
        </Stack>
      </form>
    </Door>
  );
}
