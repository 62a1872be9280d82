/**
 * The fills of the bands. Colour, pattern and height all say the same. Time in which no monitor watched gets lines on no
 * ground: it is never filled.
 */
export function Patterns() {
  return (
    <svg class="patterns" width="0" height="0" aria-hidden="true" focusable="false">
      <defs>
        <Plain what="working" />
        <Plain what="idle" />
        <Plain what="gone" />
        <pattern id="band-waiting" width="6" height="6" patternUnits="userSpaceOnUse">
          <rect class="ground waiting" width="6" height="6" />
          <path class="over waiting" d="M-1 7 7 -1M-1 1 1 -1M5 7 7 5" />
        </pattern>
        <pattern id="band-alive" width="5" height="5" patternUnits="userSpaceOnUse">
          <rect class="ground alive" width="5" height="5" />
          <path class="over alive" d="M0 2.5h5" />
        </pattern>
        <pattern id="band-shell" width="4" height="6" patternUnits="userSpaceOnUse">
          <rect class="ground shell" width="4" height="6" />
          <path class="over shell" d="M1 0v6" />
        </pattern>
        <pattern id="band-exited" width="4" height="6" patternUnits="userSpaceOnUse">
          <rect class="ground exited" width="4" height="6" />
          <path class="over exited" d="M1 0v6" />
        </pattern>
        <pattern id="band-unknown" width="5" height="5" patternUnits="userSpaceOnUse">
          <circle class="ground unknown" cx="2.5" cy="2.5" r="1.1" />
        </pattern>
        <pattern id="band-unwatched" width="8" height="8" patternUnits="userSpaceOnUse">
          <path class="over unwatched" d="M-1 1 1 -1M-1 9 9 -1M7 9 9 7" />
        </pattern>
      </defs>
    </svg>
  );
}

function Plain({ what }: { readonly what: string }) {
  return (
    <pattern id={`band-${what}`} width="8" height="8" patternUnits="userSpaceOnUse">
      <rect class={`ground ${what}`} width="8" height="8" />
    </pattern>
  );
}
