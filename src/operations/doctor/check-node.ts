import { bad, good, type Finding } from '../../system/finding.ts';

export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const enough = major > 20 || (major === 20 && minor >= 19);
  return enough
    ? good('node', `node ${version}`)
    : bad('node', `node ${version} is too old`, 'install node 20.19 or newer');
}
