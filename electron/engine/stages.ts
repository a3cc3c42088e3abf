import { evaluateStage } from './evaluation/stage.ts';
import { featuresStage } from './features/features.ts';
import { splitStage } from './features/split.ts';
import { extractStage } from './pipeline/extract.ts';
import { finalizeStage } from './pipeline/finalize.ts';
import { publishStage } from './publish/stage.ts';
import { validateStage } from './quality/stage.ts';
import { contests } from './recommenders/contest.ts';
import { trainStages } from './recommenders/stage.ts';
import { loadStage } from './transform/load.ts';
import { transformStage } from './transform/transform.ts';
import type { Stage } from './workspace/stage.ts';

const work: readonly Stage[] = [extractStage, validateStage, transformStage, loadStage, featuresStage, splitStage, ...trainStages, evaluateStage(contests), publishStage];

/** The pipeline, in running order: what each room declares, and last the stage that looks over them all. */
export const stages: readonly Stage[] = [...work, finalizeStage(work)];
