import { NONCE_MARK } from "./content-security-policy.ts";

/** In the dashboard's place where it has not been built. */
export const NOT_BUILT_PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>Turnpike</title>
    <style nonce="${NONCE_MARK}">
      body { font: 1rem/1.6 system-ui, sans-serif; max-width: 38rem; margin: 15vh auto; padding: 0 1.5rem; }
      code { font-family: ui-monospace, monospace; }
    </style>
  </head>
  <body>
    <h1>The dashboard has not been built</h1>
    <p>This server runs from a checkout without it. In Turnpike's folder, <code>npm ci &amp;&amp; npm run build</code> builds it; start the server again after that.</p>
    <p>Everything else works: the API below <code>/v1</code>, the admin API below <code>/admin/api</code>, and the commands <code>turnpike status</code>, <code>turnpike requests</code> and <code>turnpike keys</code>.</p>
  </body>
</html>
`;
