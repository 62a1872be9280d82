import { statfsSync } from 'node:fs';
import { ifReadable } from './if-readable.ts';

/**
 * Returns the kind of a folder's file system if other machines may share it; `null`: it belongs to this machine, or
 * that is not known. There, `O_APPEND` of two machines overwrites the other's lines, `flock(2)` may exclude only this
 * machine, and the other machine's clock may differ.
 */
export function sharedFileSystem(folder: string): string | null {
  if (process.platform !== 'linux') return null;
  return shared.get(ifReadable(() => statfsSync(folder).type) ?? 0) ?? null;
}

/**
 * File systems that several machines share, or that any user may provide, by their number: statfs(2), and those that
 * GNU coreutils calls remote (`human_fstype` in src/stat.c). OrangeFS: fs/orangefs/protocol.h of Linux. virtiofs,
 * GlusterFS and sshfs are FUSE.
 */
const shared: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x65735546, 'FUSE'],
  [0x5346414f, 'AFS'],
  [0x6b414653, 'AFS'],
  [0x73757245, 'Coda'],
  [0x00c36400, 'Ceph'],
  [0x0bd00bd0, 'Lustre'],
  [0x47504653, 'GPFS'],
  [0x19830326, 'BeeGFS'],
  [0x01161970, 'GFS2'],
  [0x7461636f, 'OCFS2'],
  [0x20030528, 'OrangeFS'],
  [0xaad7aaea, 'PanFS'],
  [0xbeefdead, 'StorNext'],
  [0x61636673, 'ACFS'],
  [0xa501fcf5, 'VxFS'],
  [0x01021997, '9P'],
  [0x786f4256, 'vboxsf'],
  [0xbacbacbc, 'vmhgfs'],
  [0x7c7c6673, 'prl_fs'],
]);
