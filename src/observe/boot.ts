import { readFileSync } from 'node:fs';
import type { Observation } from '../core/observation.ts';
import { bootTime } from './proc.ts';

export function readBoot(): Observation['boot'] {
  try {
    const id = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    return { known: { id, bootedAt: bootTime() } };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return { blind: `the kernel does not tell when it booted: ${reason}`, cure: 'make /proc readable' };
  }
}
