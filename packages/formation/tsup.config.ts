import { defineConfig } from 'tsup';
import { library } from '../../tsup.shared.ts';

// The client of real clusters is loaded only where one is used: it takes longer to load than all the rest.
export default defineConfig({ ...library, entry: ['src/index.ts', 'src/kube/client-node.ts'] });
