import { Component, h, type ComponentType } from 'preact';

/** Returns a part that is drawn anew only when one of its properties is another value. */
export function still<Props extends object>(Part: ComponentType<Props>): ComponentType<Props> {
  return class Still extends Component<Props> {
    override shouldComponentUpdate(next: Readonly<Props>): boolean {
      const names = Object.keys(next) as (keyof Props)[];
      return names.some((name) => next[name] !== this.props[name]);
    }

    override render() {
      return h(Part, this.props);
    }
  };
}
