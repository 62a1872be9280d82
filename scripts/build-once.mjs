// npm's `prepare`: an install from a clone or from git builds the program, with what it must fetch for that.
// Node's own modules only.
import { lstatSync, mkdirSync, realpathSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { build, install, root } from './prepare.mjs';

install();
build();
if (process.env._PACOTE_NO_PREPARE_ && process.env.npm_config_global === 'true') makeWay();

/**
 * For `npm install -g git+…` npm prepares a clone of its own, by an install that is global by mistake. So it links the
 * clone where the package belongs, unpacks the package through that link, and deletes the clone (npm/cli#6984). A folder
 * in the link's place takes the package.
 */
function makeWay() {
  const place = join(process.env.npm_config_global_prefix, 'lib/node_modules', process.env.npm_package_name);
  const isLink = lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  if (!isLink || realpathSync(place) !== realpathSync(root)) return;
  unlinkSync(place);
  mkdirSync(place);
}
