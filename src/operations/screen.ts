/** What a screen shows. Outside strings are escaped already; nothing but colours is a control character in it. */
export interface Page {
  /** Stays on top, such as the titles. */
  readonly head: readonly string[];
  /** Each row with the lines below it, the most important first: the last ones are left out where there is no room. */
  readonly rows: readonly (readonly string[])[];
  /** Stays below. Its last line is the most important one. */
  readonly foot: readonly string[];
}

/** Makes the page anew, for lines of so many cells; `null`: a program reads it, and nothing is cut or left out. */
export type Draw = (width: number | null) => Promise<Page>;

/** A terminal on which one page is shown in place. */
export interface Screen {
  /** Shows that page from now on. It is drawn again when the terminal's size changes, and now and then, as times grow. */
  show(draw: Draw): Promise<void>;
  /** Gives the terminal back as it was. May be called twice. */
  close(): void;
}

/** What the keys of a screen do. */
export interface Keys {
  /** `r`: looks at once; `null`: there is nothing to look at, because what is shown comes by itself. */
  readonly look: (() => void) | null;
  /** `q`, or the terminal is gone. */
  readonly end: () => void;
}

export type OpenScreen = (keys: Keys) => Screen;
