import { Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useRouter, useRouterState } from "@tanstack/react-router";
import { type FormEvent, useEffect, useState } from "react";

import type { LinkBody } from "../../../../src/protocols/admin/user-schemas.ts";
import { isApiError } from "../../api/api-error.ts";
import { callApi } from "../../api/call-api.ts";
import { rememberSession, type Session, sessionQuery } from "../../api/session.ts";
import { ErrorNote } from "../../parts/error-note.tsx";
import { Loading } from "../../parts/loading.tsx";
import { LEAST_PASSWORD } from "../../parts/password-rule.ts";
import { TimeText } from "../../parts/time-text.tsx";
import { Door } from "../../shell/door.tsx";

/** Where links with a token in their fragment lead, which no server and no log sees. */
export function WelcomePage() {
  const token = useRouterState({ select: ({ location }) => location.hash });
  const link = useQuery({
    queryKey: ["link", token],
    enabled: token !== "",
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    // In the body: paths are in logs.
    queryFn: ({ signal }) =>
      callApi<LinkBody>("/admin/api/link", { method: "POST", body: { token }, signal }),
  });
  useEffect(() => {
    document.title = "Welcome · Turnpike";
  }, []);
  if (link.data) return <WelcomeForm link={link.data} token={token} />;
  if (token !== "" && link.isPending) return <Loading />;
  return (
    <Door title="This link does not work">
      <Stack>
        <Text>
          {link.error && !isApiError(link.error, 404)
            ? link.error.message
            : "It has been used, it is too old, or it is not complete. An admin can make a new one; the first admin gets one when the server is started again."}
        </Text>
        <Button renderRoot={(props) => <Link to="/login" {...props} />} variant="default">
          To the sign-in
        </Button>
      </Stack>
    </Door>
  );
}

const WORDS = {
  first_admin: {
    title: "Welcome to Turnpike",
    about: "You are the first one here. Choose a name and a password: this makes you its admin.",
    button: "Create the admin",
  },
  invitation: {
    title: "You are invited",
    about: "Choose a password, and you are in.",
    button: "Join",
  },
  password: {
    title: "A new password",
    about: "It takes the place of your old one, and ends your sessions elsewhere.",
    button: "Set the password",
  },
} as const;

function WelcomeForm({ link, token }: { readonly link: LinkBody; readonly token: string }) {
  const router = useRouter();
  const client = useQueryClient();
  const [name, setName] = useState(link.name ?? "");
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const words = WORDS[link.purpose];
  const asksName = link.purpose === "first_admin";
  const enter = useMutation({
    mutationFn: () =>
      callApi<Session>("/admin/api/link/use", {
        method: "POST",
        body: { token, password, ...(asksName && { name: name.trim() }) },
      }),
    onSuccess: (session) => {
      client.setQueryData(sessionQuery.queryKey, rememberSession(session));
      // The token is of no use any more, and need not stay in the history.
      void router.navigate({ to: "/overview", replace: true });
    },
  });
  const isDifferent = again !== "" && again !== password;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (password === again) enter.mutate();
  };
  return (
    <Door title={words.title} about={words.about}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label="Name"
            autoComplete="username"
            autoCapitalize="none"
            required
            readOnly={!asksName}
            autoFocus={asksName}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <PasswordInput
            label="Password"
            description={`At least ${LEAST_PASSWORD} characters. A few words are easy to remember and hard to guess.`}
            autoComplete="new-password"
            required
            minLength={LEAST_PASSWORD}
            autoFocus={!asksName}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <PasswordInput
            label="Password again"
            autoComplete="new-password"
            required
            error={isDifferent && "The two are not the same."}
            value={again}
            onChange={(event) => setAgain(event.currentTarget.value)}
          />
          <ErrorNote error={enter.error} />
          <Button type="submit" fullWidth loading={enter.isPending} disabled={isDifferent}>
            {words.button}
          </Button>
          <Text size="xs" c="dimmed">
            This link works once, until <TimeText at={link.expires_at} />.
          </Text>
        </Stack>
      </form>
    </Door>
  );
}
