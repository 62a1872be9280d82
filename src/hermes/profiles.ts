/** The profiles in what `hermes kanban assignees --json` answers; `null`: it did not answer as it does. */
export function profilesIn(stdout: string): readonly string[] | null {
  try {
    const rows: unknown = JSON.parse(stdout);
    if (!Array.isArray(rows)) return null;
    return rows.flatMap((row: unknown) => {
      const isProfile = typeof row === 'object' && row !== null && 'on_disk' in row && row.on_disk === true;
      return isProfile && 'name' in row && typeof row.name === 'string' ? [row.name] : [];
    });
  } catch {
    return null;
  }
}
