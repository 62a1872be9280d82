/**
 * The MCP server in the config of Hermes. A type, because an interface has no index signature and could not be written
 * as YAML.
 */
export type ServerEntry = Readonly<{
  command: string;
  args: readonly string[];
  timeout: number;
  env: Readonly<Record<string, string>>;
}>;
