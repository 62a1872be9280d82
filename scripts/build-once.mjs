// npm's `prepare` step: an install from a clone or from git builds the program, and fetches what the build needs. It
// uses Node's own modules only.
import { lstatSync, mkdirSync, realpathSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { build, install, root } from './prepare.mjs';

install();
build();
if (process.env._PACOTE_NO_PREPARE_ && process.env.npm_config_global === 'true') makeWay();

/**
 * Clears the way for `npm install -g git+…`. npm prepares a clone of its own, by an install that is global by mistake:
 * it links the clone where the package belongs, unpacks the package through that link, and deletes the clone
 * (npm/cli#6984). A folder in the link's place takes the package.
 */
function makeWay() {
  const place = join(process.env.npm_config_global_prefix, 'lib/node_modules', process.env.npm_package_name);
  const isLink = lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  if (!isLink || realpathSync(place) !== realpathSync(root)) return;
  unlinkSync(place);
  mkdirSync(place);
}
