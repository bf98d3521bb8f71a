const SHORTEST_SHOWN = 16;

/** Shows enough of a secret to tell it from another, too little to use it. In a URL only the password is hidden. */
export function maskSecret(secret: string): string {
  if (/^\w+:\/\//.test(secret)) {
    return secret
      .replace(/^(\w+:\/\/[^:@/]*):[^@]*@/, "$1:***@")
      .replaceAll(/([?&](?:password|sslpassword)=)[^&]*/gi, "$1***");
  }
  return secret.length < SHORTEST_SHOWN ? "***" : `${secret.slice(0, 3)}***${secret.slice(-4)}`;
}
