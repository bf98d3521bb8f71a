export const PLATFORMS = [
  { value: "linux", label: "Linux" },
  { value: "darwin", label: "macOS" },
  { value: "win32", label: "Windows" },
] as const;

/** That of who reads this, as far as the browser says. */
export function ownPlatform(): string {
  const agent = navigator.userAgent;
  if (/Windows/.test(agent)) return "win32";
  return /Mac OS X|Macintosh/.test(agent) ? "darwin" : "linux";
}
