// The versions of Hermes and Node that the tests install.

/** Of Hermes; the newest first. */
export const hermesVersions = /** @type {const} */ (['0.19.0', '0.18.2']);

/**
 * Of Node: the oldest that `engines` in package.json allows, and the last ones of the lines after it. The last of them
 * has no long support yet.
 */
export const nodeVersions = ['20.19.0', '22.23.5', '24.22.3', '26.12.1'];
