/** Stands in the built index.html wherever a nonce is to stand. */
export const NONCE_MARK = "__TURNPIKE_NONCE__";

/**
 * What the dashboard's page may load and do: only what comes from this server. Scripts are files of the build. For styles the files
 * are not enough: the components write `<style>` elements for colours and for widths of screens, whose text differs by page, so no
 * list of hashes covers them. They carry the page's nonce, which is another one each time that the page is asked for. What text
 * from outside could smuggle in has none, and neither attribute (`style`, `onclick`) is allowed.
 */
export function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "connect-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}
