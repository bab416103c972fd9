import { app } from '../../tsup.shared.ts';

export default app;
