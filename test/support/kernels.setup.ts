import { buildKernels } from '../../scripts/kernels.ts';

/** Tests run the kernels as they ship: compiled before the first test when their sources changed. */
export default async function setup(): Promise<void> {
  await buildKernels();
}
