/** A file's path as clients see it: relative to the folder that the turn works in if the file lies below it. */
export function pathInWorkspace(path: string, workspace: string | undefined): string {
  if (workspace === undefined) return path;
  const folder = workspace.endsWith("/") ? workspace : `${workspace}/`;
  return path.startsWith(folder) && path !== folder ? path.slice(folder.length) : path;
}
