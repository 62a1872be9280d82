// Runs the program from source, without a build: `npx tsx scripts/from-source.ts status`.
import { main } from '../src/cli/main.ts';

main(false);
