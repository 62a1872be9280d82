/** What the dashboard of Hermes gives its plugins, as far as the tab uses it: `sdkVersion` 1.1.0. */
interface Sdk {
  readonly React: { readonly createElement: CreateElement };
  readonly hooks: {
    useState<Value>(first: Value): [Value, (next: (before: Value) => Value) => void];
    useEffect(effect: () => () => void, of: readonly unknown[]): void;
  };
  /** Asks with the session token of the dashboard. @throws where the answer is not 2xx, with what it said */
  fetchJSON(path: string): Promise<unknown>;
}

interface Plugins {
  register(plugin: string, tab: Component<object>): void;
  registerSlot?(plugin: string, slot: string, part: Component<object>): void;
}

/** The script knows nothing of what React makes. */
export interface Element {
  readonly type: unknown;
}
type Child = Element | string | null | readonly Child[];
export type Component<Props> = (props: Props) => Element | null;

interface CreateElement {
  (tag: string, attributes: Readonly<Record<string, unknown>> | null, ...children: readonly Child[]): Element;
  <Props>(part: Component<Props>, props: Props): Element;
}

declare global {
  interface Window {
    readonly __HERMES_PLUGIN_SDK__?: Sdk;
    readonly __HERMES_PLUGINS__?: Plugins;
  }
}

export const sdk = given(window.__HERMES_PLUGIN_SDK__, 'plugin SDK');
export const plugins = given(window.__HERMES_PLUGINS__, 'list of plugins');
export const h = sdk.React.createElement;

function given<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new Error(`agent-sessions: this dashboard of Hermes has no ${what}`);
  return value;
}
