import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { afterEach, expect, test, vi } from 'vitest';
import { sharedFileSystem } from '../../src/system/shared-file-system.ts';

afterEach(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});

/** Returns what is said of a folder on a file system with that number. */
function kindOf(type: number): string | null {
  vi.spyOn(fs, 'statfsSync').mockReturnValue(Object.assign(fs.statfsSync('/'), { type }));
  syncBuiltinESMExports();
  return sharedFileSystem('/any');
}

test.skipIf(process.platform !== 'linux')(
  'a folder of a network, a cluster or the host of this machine is shared',
  () => {
    const network = [0x6969, 0xff534d42, 0xfe534d42, 0x65735546, 0x5346414f, 0x6b414653, 0x73757245, 0x00c36400];
    const cluster = [0x0bd00bd0, 0x47504653, 0x19830326, 0x01161970, 0x7461636f, 0x20030528, 0xaad7aaea, 0xbeefdead];
    const host = [0x01021997, 0x786f4256, 0xbacbacbc, 0x7c7c6673];
    expect([network, cluster, host].map((types) => types.map(kindOf))).toEqual([
      ['NFS', 'CIFS', 'SMB', 'FUSE', 'AFS', 'AFS', 'Coda', 'Ceph'],
      ['Lustre', 'GPFS', 'BeeGFS', 'GFS2', 'OCFS2', 'OrangeFS', 'PanFS', 'StorNext'],
      ['9P', 'vboxsf', 'vmhgfs', 'prl_fs'],
    ]);
    const [ext4, xfs, btrfs, tmpfs, overlay] = [0xef53, 0x58465342, 0x9123683e, 0x01021994, 0x794c7630];
    expect([ext4, xfs, btrfs, tmpfs, overlay].map(kindOf)).toEqual([null, null, null, null, null]);
  },
);
